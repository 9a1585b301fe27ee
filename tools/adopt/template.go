package main

import (
	"io"
	"regexp"
	"strings"
)

// lab measures and breaks the template: a service seldom wants it.
const lab = "tools/lab"

// templateOnly are files that are about the template: a copy that grows needs none of them, and
// would fail them.
var templateOnly = []string{"tools/lab/adopt", "tools/adopt/*_test.go", "internal/docs_test.go", "internal/engine_test.go", "internal/figures_test.go", "internal/naming_test.go", "internal/pasted_test.go", "test/engine_docs_test.go", "test/owned_test.go", ".ci"}

// ofTemplate lists what a copy loses when it is adopted.
func ofTemplate(keepLab bool) []string {
	if keepLab {
		return templateOnly
	}
	return append([]string{lab}, templateOnly...)
}

// dropTemplateTests takes out what is about the template, if it is there, and what documents say
// of it.
func dropTemplateTests(dir string, out io.Writer) error {
	for _, pattern := range templateOnly {
		if err := remove(dir, pattern, out); err != nil {
			return err
		}
	}
	return dropMarked(dir, "template", out)
}

var (
	// updatedLab is the line that has the lab's requirements kept current.
	updatedLab = regexp.MustCompile(`^ +- "/tools/lab"$`)
	// installedForLab are the lines of CI that install what the lab's tests alone need.
	installedForLab = regexp.MustCompile(`^ +# tools/lab needs |^ +- run: .*\bapt-get install .*# tools/lab$`)
	// oldCommits has CI get the history, which the lab's tests alone look at.
	oldCommits = strings.NewReplacer(", fetch-depth: 0} # tools/lab builds an older commit", "}")
)

// dropLab takes out the lab, and what documents, CI and the updates of requirements say of it.
func dropLab(dir string, out io.Writer) error {
	if err := remove(dir, lab, out); err != nil {
		return err
	}
	if err := rewrite(dir, ".github/dependabot.yml", func(text string) string { return cut(text, updatedLab) }, out); err != nil {
		return err
	}
	ci := func(text string) string { return oldCommits.Replace(cut(text, installedForLab)) }
	if err := rewrite(dir, ".github/workflows/ci.yml", ci, out); err != nil {
		return err
	}
	return dropMarked(dir, "lab", out)
}
