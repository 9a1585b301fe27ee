package internal_test

import (
	"go/build"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	mostOfReadme  = 150
	leastOfReadme = 20 // lines of Go code
)

var (
	goBlock   = regexp.MustCompile("(?s)\n```go\n(.*?)```\n")
	partOfGo  = regexp.MustCompile(`(?m)^// ([\w/]+\.go): .*\n`)
	proven    = regexp.MustCompile(`(?s)\*\*Proven\.\*\* .*?\n\n`)
	aFigure   = regexp.MustCompile(`\d+(?:[,.]\d+)+`)
	linkToDoc = regexp.MustCompile(`\]\((docs/[\w/.-]+\.md)`)
)

// The README must be short enough to be read in a minute.
func TestTheREADMEIsShort(t *testing.T) {
	t.Parallel()
	readme := read(t, "../README.md")
	if lines := strings.Count(readme, "\n"); lines > mostOfReadme {
		t.Errorf("README.md has %d lines, want at most %d", lines, mostOfReadme)
	}
	for _, name := range []string{"pgx v5", "chi v5", "goose v3", "envconfig", "testcontainers-go", "PostgreSQL", "NATS"} {
		if !strings.Contains(readme, name) {
			t.Errorf("README.md does not name %s", name)
		}
	}
}

// The README contains Go code, and names the source file of each part. Each part must occur
// unchanged in that file, and the file must be compiled.
func TestTheREADMEsGoIsCompiled(t *testing.T) {
	t.Parallel()
	lines := 0
	for _, block := range goBlock.FindAllStringSubmatch(read(t, "../README.md"), -1) {
		named := partOfGo.FindAllStringSubmatch(block[1], -1)
		parts := partOfGo.Split(block[1], -1)
		if len(named) == 0 || strings.TrimSpace(parts[0]) != "" {
			t.Errorf("a block names no file first:\n%s", block[1])
			continue
		}
		for i, file := range named {
			code := strings.Trim(parts[i+1], "\n") + "\n"
			lines += strings.Count(code, "\n")
			if !strings.Contains(read(t, "../"+file[1]), "\n"+code) {
				t.Errorf("%s has no\n%s", file[1], code)
			}
			compiled, err := build.Default.MatchFile(filepath.Join("..", path.Dir(file[1])), path.Base(file[1]))
			if err != nil || !compiled || strings.HasSuffix(file[1], "_test.go") {
				t.Errorf("%s is not compiled: %v", file[1], err)
			}
		}
	}
	if lines < leastOfReadme {
		t.Errorf("README.md shows %d lines of Go, want at least %d", lines, leastOfReadme)
	}
}

// The README has a paragraph with measured figures, which links to pages. Each of these figures
// must also be on one of these pages.
func TestTheREADMEsFiguresAreMeasured(t *testing.T) {
	t.Parallel()
	part := proven.FindString(read(t, "../README.md"))
	var pages strings.Builder
	for _, page := range linkToDoc.FindAllStringSubmatch(part, -1) {
		pages.WriteString(read(t, "../"+page[1]))
	}
	figures := aFigure.FindAllString(part, -1)
	if len(figures) < 5 {
		t.Errorf("README.md proves itself by %q", figures)
	}
	for _, figure := range figures {
		if !strings.Contains(pages.String(), figure) {
			t.Errorf("README.md says %s, and no page that it links to does", figure)
		}
	}
}

// Each page in the folder docs must be linked from the README or from docs/README.md.
func TestEveryPageIsLinked(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	readme, list := read(t, "../README.md"), read(t, "../docs/README.md")
	for _, page := range pages {
		name := filepath.Base(page)
		if !strings.Contains(readme, "](docs/"+name+")") && !strings.Contains(list, "]("+name+")") {
			t.Errorf("neither README.md nor docs/README.md links to docs/%s", name)
		}
	}
}

// Each picture in the README must exist, and must be a small file.
func TestTheREADMEsPicturesAreSmall(t *testing.T) {
	t.Parallel()
	pictures := regexp.MustCompile(`!\[[^\]]+\]\(([^)]+)\)`).FindAllStringSubmatch(read(t, "../README.md"), -1)
	if len(pictures) < 2 {
		t.Errorf("README.md has %d pictures", len(pictures))
	}
	for _, picture := range pictures {
		if info, err := os.Stat("../" + picture[1]); err != nil || info.Size() > 150_000 {
			t.Errorf("%s: %v, want at most 150 KB", picture[1], err)
		}
	}
	if flow := read(t, "../docs/pictures/flow.svg"); !strings.Contains(flow, "prefers-color-scheme: dark") {
		t.Error("docs/pictures/flow.svg has no colours for the dark")
	}
}
