package sample

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/begin"
	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/worktree"
)

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// After the template's sample is removed, no document mentions the sample, and each document is
// complete.
func TestDocumentsWithoutTheSample(t *testing.T) {
	t.Parallel()
	privacy := cut.Marked(fileOf(t, "docs/privacy.md"), "sample")
	if found := regexp.MustCompile(`(?i).*(customers?\b|\baccounts?\b|John).*`).FindAllString(privacy, -1); len(found) > 0 {
		t.Errorf("docs/privacy.md says\n%s", strings.Join(found, "\n"))
	}
	if !strings.Contains(privacy, "inventory of your own personal data") || !strings.Contains(privacy, "`keys.persons`") {
		t.Errorf("docs/privacy.md is %s", privacy)
	}
	readme := cut.Marked(cut.Marked(fileOf(t, "README.md"), "template"), "sample")
	for _, c := range cuts {
		if c.file == "README.md" {
			readme = cut.Lines(readme, c.lines)
		}
	}
	readme = withoutBlanks(readme)
	for _, want := range []string{"[docs/how-to/](docs/how-to/README.md) has a page for each; `adopt -page` pastes the code of one page at once |", "[/docs](http://127.0.0.1:8080/docs) of a running service", "[decisions](docs/decisions/README.md)"} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md lacks %q", want)
		}
	}
	for _, not := range []string{"\n\n\n", "/v1/accounts", "internal/write/account", "performance.md", "-remove-sample"} {
		if strings.Contains(readme, not) {
			t.Errorf("README.md has %q", not)
		}
	}
}

// After the template's sample is removed, the API contract has none of the sample's components.
// This is also true for a component that only patches in docs/ mention, in lines that these patches
// do not change.
func TestTheContractWithoutTheSample(t *testing.T) {
	t.Parallel()
	contract := fileOf(t, "api/openapi.yaml")
	for _, c := range cuts {
		if c.file == "api/openapi.yaml" {
			contract = cut.Lines(contract, c.lines)
		}
	}
	contract = prune(contract, fileOf(t, begin.Aggregate.Page)+fileOf(t, begin.Projection.Page))
	if found := regexp.MustCompile(`(?m)^    (Account|Customer)\w*:`).FindAllString(contract, -1); len(found) > 0 {
		t.Errorf("it still has %q", found)
	}
	for _, want := range []string{"Done", "NotModified", "ProblemAnswer", "oidc", "CommandAnswer"} {
		if !strings.Contains(contract, "\n    "+want+":\n") {
			t.Errorf("it lacks %s", want)
		}
	}
}

// After the template's sample is removed, the command adopt -new-aggregate still finds the
// positions in the code that it must edit. The command adopt -new-projection, which runs next, also
// finds its positions.
func TestEditsFindTheirPlacesWithoutTheSample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	edits := regexp.MustCompile(`(?s)cmd/adopt -edit <<'EOF'\n(.*?\n)EOF\n`)
	pages := fileOf(t, begin.Aggregate.Page) + fileOf(t, begin.Projection.Page)
	for _, c := range cuts {
		text := cut.Lines(fileOf(t, c.file), c.lines)
		if c.file == "api/openapi.yaml" {
			text = prune(text, pages)
		}
		if err := worktree.Write(dir, c.file, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, block := range edits.FindAllStringSubmatch(pages, -1) {
		if err := patch.Apply(dir, block[1], io.Discard); err != nil {
			t.Error(err)
		}
	}
}
