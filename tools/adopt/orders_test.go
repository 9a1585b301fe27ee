package main

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/sample"
	"example.com/pgcqrs/tools/adopt/shipped"
	"example.com/pgcqrs/tools/adopt/template"
)

// orders lists the sequences of commands by which a user may turn a copy of the template into a
// service and remove the sample.
var orders = [][]string{
	nil, {"adopt"}, {"adopt -keep-lab"}, {"adopt -remove-sample"},
	{"adopt", "adopt -remove-sample"}, {"adopt -keep-lab", "adopt -remove-sample"},
	{"adopt -remove-sample", "adopt"}, {"adopt -remove-sample", "adopt -keep-lab"},
}

// Users may run the commands of adopt in different orders. After every sequence of commands, each
// document must be complete, and CI must install only the packages that the remaining tests need.
func TestDocumentsAfterEveryOrder(t *testing.T) {
	t.Parallel()
	for _, order := range orders {
		t.Run(strings.Join(order, ", "), func(t *testing.T) {
			t.Parallel()
			dir := copyOf(t)
			for _, verb := range order {
				follow(t, dir, verb)
			}
			targets := targetsIn(t, dir)
			for path, text := range documentsIn(t, dir) {
				if fault := unpaired(text); fault != "" {
					t.Errorf("%s: %s", path, fault)
				}
				for _, named := range targetsOf(text) {
					if !targets[named] {
						t.Errorf("%s names make %s, which is not there", path, named)
					}
				}
			}
			readme := strings.ReplaceAll(textOf(t, dir, "README.md"), "replace-the-sample", "")
			if len(order) == 2 && strings.Contains(strings.Join(order, ""), "-remove-sample") && strings.Contains(readme, "sample") {
				t.Errorf("README.md speaks of the sample:\n%s", regexp.MustCompile(`.*sample.*`).FindAllString(readme, -1))
			}
			if len(order) > 0 {
				isKept(t, dir)
			}
			for _, program := range installedIn(t, dir) {
				if !neededIn(t, dir, program) {
					t.Errorf("CI installs %s, which no test needs", program)
				}
			}
		})
	}
}

// isKept checks that a copy has the template's README and changelog in docs/template, and that the
// copy's own changelog is another file.
func isKept(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"README.md", template.Changelog} {
		was, is := textOf(t, root, name), textOf(t, dir, template.Folder+"/"+name)
		head, _, _ := strings.Cut(was, "](")
		if !strings.HasPrefix(is, "> This is "+name+" of the template") || !strings.Contains(is, head) || strings.Count(is, "\n") < strings.Count(was, "\n") {
			t.Errorf("%s/%s is %s", template.Folder, name, is)
		}
	}
	if changelog := textOf(t, dir, template.Changelog); strings.Contains(changelog, "###") {
		t.Errorf("the changelog is %s", changelog)
	}
}

// follow changes a copy's files as a command of adopt does, except for the work that needs the go
// command.
func follow(t *testing.T, dir, verb string) {
	t.Helper()
	if verb != "adopt -remove-sample" {
		adopt(t, dir, append(strings.Fields(verb)[1:], "github.com/acme/orders")...)
		return
	}
	if err := sample.LeaveOut(t.Context(), dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	tests, err := sample.Tests(dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	for name := range tests {
		if err := shipped.Remove(dir, name, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
}

func textOf(t *testing.T, dir, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documentsIn returns the documents of a copy, and the scripts that people run. documentsIn leaves
// out the changelog, because it describes the past, and the template's own texts.
func documentsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && slices.Contains([]string{".md", ".yml"}, filepath.Ext(path)) && path != "CHANGELOG.md" && !strings.HasPrefix(path, template.Folder+"/") && !strings.Contains(path, "testdata/") {
			found[path] = textOf(t, dir, path)
		}
		return err
	})
	if err != nil || len(found) < 40 {
		t.Fatalf("%d documents: %v", len(found), err)
	}
	return found
}

var anyMark = regexp.MustCompile(`<!-- (/?)(sample|template|lab|config|measured|end)\b[^>]*-->`)

// unpaired returns a begin marker of a document that has no end marker, or an end marker that has
// no begin marker. If every marker has its counterpart, unpaired returns "".
func unpaired(text string) string {
	ends := map[string]string{"config": "end", "measured": "end"}
	var open []string
	for _, mark := range anyMark.FindAllStringSubmatch(text, -1) {
		ending := mark[1] != "" || mark[2] == "end"
		switch {
		case !ending && ends[mark[2]] != "":
			open = append(open, ends[mark[2]])
		case !ending && slices.Contains(open, mark[2]):
			return mark[0] + " stands within itself"
		case !ending:
			open = append(open, mark[2])
		case len(open) == 0 || open[len(open)-1] != mark[2]:
			return mark[0] + " ends what is not open there"
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return strings.Join(open, ", ") + " is not ended"
	}
	return ""
}

var (
	rule       = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
	codeBlocks = regexp.MustCompile("(?s)```.*?```")
	inLine     = regexp.MustCompile("`([^`]*)`")
	inBlock    = regexp.MustCompile(`(?m)^(?:    +| *(?:- )?run: |)(?:[A-Z_]+=\S+ )*(make .*)$`)
	making     = regexp.MustCompile(`\bmake ([a-z][a-z-]*(?: [a-z][a-z-]*)*)`)
	indented4  = regexp.MustCompile(`(?m)^(?:    +| *- run: ).*$`)
)

// targetsIn returns the make targets of a copy's Makefile and of the files that the Makefile
// includes.
func targetsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	makefile := textOf(t, dir, "Makefile")
	if more, err := os.ReadFile(filepath.Join(dir, template.Lab, "lab.mk")); err == nil {
		makefile += string(more)
	}
	found := make(map[string]bool)
	for _, name := range rule.FindAllStringSubmatch(makefile, -1) {
		found[name[1]] = true
	}
	return found
}

// targetsOf returns the make targets that a document names in code, such as `make verify lint`. It
// ignores the verb "make" in other text.
func targetsOf(text string) (named []string) {
	var code []string
	for _, found := range inLine.FindAllStringSubmatch(codeBlocks.ReplaceAllString(text, ""), -1) {
		code = append(code, found[1])
	}
	for _, block := range slices.Concat(codeBlocks.FindAllString(text, -1), indented4.FindAllString(text, -1)) {
		for _, found := range inBlock.FindAllStringSubmatch(block, -1) {
			code = append(code, found[1])
		}
	}
	for _, command := range code {
		for _, found := range making.FindAllStringSubmatch(command, -1) {
			named = append(named, strings.Fields(found[1])...)
		}
	}
	return named
}

var (
	installing = regexp.MustCompile(`apt-get install ([^\n#]*)`)
	aNeed      = regexp.MustCompile(`\{"[^"]+", \[\]string\{([^}]*)\}, "([^"]+)",`)
	quoted     = regexp.MustCompile(`"([^"]+)"`)
)

// installedIn returns the packages that CI installs in a copy.
func installedIn(t *testing.T, dir string) (packages []string) {
	t.Helper()
	for _, command := range installing.FindAllStringSubmatch(textOf(t, dir, ".github/workflows/ci.yml"), -1) {
		packages = append(packages, strings.Fields(command[1])...)
	}
	return slices.DeleteFunc(packages, func(word string) bool { return strings.HasPrefix(word, "-") })
}

// neededIn reports whether a folder has tests that need a package of the operating system. The list
// of needs is in tools/dev/needs/needs.go.
func neededIn(t *testing.T, dir, program string) bool {
	t.Helper()
	folders := make(map[string]string)
	for _, need := range aNeed.FindAllStringSubmatch(textOf(t, dir, "tools/dev/needs/needs.go"), -1) {
		folders[need[2]] += need[1]
	}
	if len(folders) < 5 {
		t.Fatalf("tools/dev/needs/needs.go has %v", slices.Collect(maps.Keys(folders)))
	}
	for _, folder := range quoted.FindAllStringSubmatch(folders[program], -1) {
		if tests, err := filepath.Glob(filepath.Join(dir, folder[1], "*_test.go")); err == nil && len(tests) > 0 {
			return true
		}
	}
	return false
}
