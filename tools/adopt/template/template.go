// Package template says what is about the template alone, and takes it out of a copy: its own tests, the
// lab, and what documents say of them.
package template

import (
	"context"
	"io"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Lab measures and breaks the template: a service seldom wants it.
const Lab = "tools/lab"

// Only are files that are about the template: a copy that grows needs none of them, and
// would fail them.
var Only = []string{"tools/lab/adopt", "tools/adopt/*_test.go", "tools/adopt/*/*_test.go", "internal/docs_test.go", "internal/engine_test.go", "internal/figures_test.go", "internal/naming_test.go", "internal/pasted_test.go", "internal/readme_test.go", "test/engine_docs_test.go", "test/owned_test.go", ".ci"}

// Paths lists what a copy loses when it is adopted.
func Paths(keepLab bool) []string {
	if keepLab {
		return Only
	}
	return append([]string{Lab}, Only...)
}

// Drop takes out what is about the template, if it is there, and what documents say
// of it. The template's own texts go to docs/template.
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
	// updatedLab is the line that has the lab's requirements kept current.
	updatedLab = regexp.MustCompile(`^ +- "/tools/lab"$`)
	// installedForLab are the lines of CI that install what the lab's tests alone need.
	installedForLab = regexp.MustCompile(`^ +# tools/lab needs |^ +- run: .*\bapt-get install .*# tools/lab$`)
	// oldCommits has CI get the history, which the lab's tests alone look at.
	oldCommits = strings.NewReplacer(", fetch-depth: 0} # tools/lab builds an older commit", "}")
)

// DropLab takes out the lab, and what documents, CI and the updates of requirements say of it.
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
