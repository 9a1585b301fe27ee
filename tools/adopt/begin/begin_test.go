package begin

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/paste"
	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// When a command has added an aggregate or a projection, it prints the scopes that the new routes
// require, and how to try the routes.
func TestScopesAndRequestsAreSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		like  Example
		name  string
		wants []string
	}{
		{Aggregate, "invoice", []string{"the scope accounts:write, or accounts:read (", "403", "curl -i $API/v1/invoices/$INVOICE"}},
		{Projection, "letters", []string{"the scope operate (", "403", "curl -i $API/v1/letters -H", "?scope=operate"}},
	} {
		var said strings.Builder
		sayTry(test.like.renamed(fileOf(t, test.like.Page), test.name), &said)
		for _, want := range test.wants {
			if !strings.Contains(said.String(), want) {
				t.Errorf("-new-… %s does not say %q: %s", test.name, want, said.String())
			}
		}
	}
}

// The documentation says how many lines of code a reader of the tutorial adds. This test compares
// these numbers with the tutorial's code blocks.
func TestTheTutorialIsAsLongAsIsSaid(t *testing.T) {
	t.Parallel()
	page := fileOf(t, Aggregate.Page)
	files := paste.Created.FindAllStringSubmatch(page, -1)
	written := 0
	for _, file := range files {
		written += strings.Count(file[2], "\n")
	}
	edited := make(map[string]int)
	for _, block := range paste.Patched.FindAllStringSubmatch(page, -1) {
		dir := t.TempDir()
		for _, file := range regexp.MustCompile(`(?m)^--- a/(\S+)$`).FindAllStringSubmatch(block[1], -1) {
			if err := worktree.Write(dir, file[1], fileOf(t, file[1])); err != nil {
				t.Fatal(err)
			}
		}
		var said strings.Builder
		if err := patch.Apply(dir, block[1], &said); err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^  (\S+): \+(\d+) -0 lines$`).FindAllStringSubmatch(said.String(), -1) {
			lines, err := strconv.Atoi(found[2])
			if err != nil {
				t.Fatal(err)
			}
			edited[found[1]] += lines
		}
	}
	code, contract := 0, edited["api/openapi.yaml"]
	for path, lines := range edited {
		if strings.HasSuffix(path, ".go") {
			code += lines
		}
	}
	for _, want := range []string{
		fmt.Sprintf("read model, handlers | %d | %d |", len(files), written),
		fmt.Sprintf("`read.go` | %d | %d |", len(edited)-1, code),
		fmt.Sprintf("`api/openapi.yaml` | 1 | %d |", contract),
		"in six new files and six edited ones",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %q", Aggregate.Page, want)
		}
	}
	if len(files) != 6 || len(edited) != 6 || written+code+contract >= 500 || !strings.Contains(fileOf(t, "README.md"), "six new files, six edited, under 500 lines") {
		t.Errorf("README.md: it is %d new files, %d edited, %d lines", len(files), len(edited), written+code+contract)
	}
}

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
