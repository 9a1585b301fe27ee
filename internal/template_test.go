package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// inTheTemplate reports whether this repository is the template itself: adopt removes that file
// from a service.
func inTheTemplate() bool { return isThere("internal/docs_test.go") }

// ofLaterTemplate reports whether a path of a service is in the engine or the tools. The engine and
// the tools may be newer than the service's own documents and tests, so the service does not check
// their contents; the template's tests do.
func ofLaterTemplate(path string) bool {
	return !inTheTemplate() && (strings.HasPrefix(path, "engine/") || strings.HasPrefix(path, "tools/"))
}

func isThere(path string) bool {
	_, err := os.Stat(filepath.Join("..", path))
	return err == nil
}

// folderOrTest matches the relevant parts of a document: the folder of tests, a test, a mark, or
// the end of a paragraph.
var folderOrTest = regexp.MustCompile("`((?:engine|internal|cmd|test|tools|migrations)(?:/[a-z0-9/_-]*)?)`|\\b((?:Test|Fuzz)[A-Z]\\w+)|<!-- (/?)(?:sample|template|lab) -->|\n\n")

// whereNamed returns the tests that a document names, and the folder that it names before each
// test. A folder counts only until the end of its paragraph, or of its marked part.
func whereNamed(text string) (names, folders []string) {
	within := []string{""}
	for _, found := range folderOrTest.FindAllStringSubmatch(text, -1) {
		last := len(within) - 1
		switch {
		case found[1] != "":
			within[last] = found[1]
		case found[2] != "":
			names, folders = append(names, found[2]), append(folders, within[last])
		case found[0] == "\n\n":
			clear(within)
		case found[3] == "":
			within = append(within, within[last])
		case last > 0:
			within = within[:last]
		}
	}
	return names, folders
}

// testsNamed returns the tests that a document names and that must exist. In a service these are
// only the service's own tests.
func testsNamed(text string) (names []string) {
	all, folders := whereNamed(text)
	for i, name := range all {
		if !ofLaterTemplate(folders[i] + "/") {
			names = append(names, name)
		}
	}
	return names
}
