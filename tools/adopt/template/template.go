// Package template knows what is about the template alone, and removes it from a copy: the
// template's own tests, the lab, and what documents say of them.
package template

import (
	"context"
	"io"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Lab measures and breaks the template; few services want it.
const Lab = "tools/lab"

// Only lists the files that are about the template: a service needs none of them, and would fail
// them as it grows.
var Only = []string{"tools/lab/adopt", "tools/lab/words", "tools/adopt/*_test.go", "tools/adopt/*/*_test.go", "internal/docs_test.go", "internal/engine_test.go", "internal/figures_test.go", "internal/naming_test.go", "internal/pasted_test.go", "internal/readme_test.go", "test/engine_docs_test.go", "test/owned_test.go", ".ci"}

// Paths lists what is removed from a copy when it is adopted.
func Paths(keepLab bool) []string {
	if keepLab {
		return Only
	}
	return append([]string{Lab}, Only...)
}

// Drop removes the files that are about the template, if they exist, and what documents say of
// them. The template's own texts go to docs/template.
func Drop(ctx context.Context, dir string, out io.Writer) error {
	if err := Keep(ctx, dir, out); err != nil {
		return err
	}
	for _, pattern := range Only {
		if err := worktree.Remove(dir, pattern, out); err != nil {
			return err
		}
	}
	return cut.Documents(dir, "template", out)
}

var (
	// updatedLab matches the line that has the lab's requirements kept current.
	updatedLab = regexp.MustCompile(`^ +- "/tools/lab"$`)
	// installedForLab matches the lines of CI that install what only the lab's tests need.
	installedForLab = regexp.MustCompile(`^ +# tools/lab needs |^ +- run: .*\bapt-get install .*# tools/lab$`)
	// oldCommits removes CI's fetch of the whole history, which only the lab's tests read.
	oldCommits = strings.NewReplacer(", fetch-depth: 0} # tools/lab builds an older commit", "}")
)

// DropLab removes the lab, and what documents, CI and the updates of requirements say of it.
func DropLab(dir string, out io.Writer) error {
	if err := worktree.Remove(dir, Lab, out); err != nil {
		return err
	}
	if err := worktree.Rewrite(dir, ".github/dependabot.yml", func(text string) string { return cut.Lines(text, updatedLab) }, out); err != nil {
		return err
	}
	ci := func(text string) string { return oldCommits.Replace(cut.Lines(text, installedForLab)) }
	if err := worktree.Rewrite(dir, ".github/workflows/ci.yml", ci, out); err != nil {
		return err
	}
	return cut.Documents(dir, "lab", out)
}
