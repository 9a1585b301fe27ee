// Package template lists the files that are about the template and not about a service. Package
// template removes these files from a copy: the template's own tests, the lab, and the parts of
// documents that are about these tests or the lab.
package template

import (
	"context"
	"io"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Lab is the folder of the programs that measure and stress the template. Few services want these
// programs.
const Lab = "tools/lab"

// Only is the list of the files that are about the template. A service needs none of these files.
// When the service changes, the tests in these files would fail.
var Only = []string{"tools/lab/adopt", "tools/lab/words", "tools/adopt/*_test.go", "tools/adopt/*/*_test.go", "internal/docs_test.go", "internal/engine_test.go", "internal/figures_test.go", "internal/naming_test.go", "internal/pasted_test.go", "internal/readme_test.go", "test/engine_docs_test.go", "test/owned_test.go", ".ci"}

// Paths lists the paths that adopt removes when it turns a copy into a service.
func Paths(keepLab bool) []string {
	if keepLab {
		return Only
	}
	return append([]string{Lab}, Only...)
}

// Drop removes the files that are about the template, if they exist, and the parts of documents
// about the template. Drop first copies the template's own texts to docs/template.
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
	// updatedLab matches the line about the lab in the configuration of automatic updates.
	updatedLab = regexp.MustCompile(`^ +- "/tools/lab"$`)
	// installedForLab matches the lines of CI that install packages only for the lab's tests.
	installedForLab = regexp.MustCompile(`^ +# tools/lab needs |^ +- run: .*\bapt-get install .*[# ]tools/lab$`)
	// oldCommits removes the setting with which CI fetches the whole git history, because only the
	// lab's tests read the history.
	oldCommits = strings.NewReplacer(", fetch-depth: 0} # tools/lab builds an older commit", "}")
)

// DropLab removes the lab. DropLab also removes the lines about the lab in documents, in CI and in
// the configuration of automatic updates.
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
