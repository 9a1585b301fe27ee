package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// inTheTemplate reports whether this is the template itself: adopt removes the file from a service.
func inTheTemplate() bool { return isThere("internal/docs_test.go") }

// ofLaterTemplate reports whether a path is in the engine or the tools, in a service. These may be
// newer than the service's own documents and tests, which therefore can't know their contents; the
// template's tests check them.
func ofLaterTemplate(path string) bool {
	return !inTheTemplate() && (strings.HasPrefix(path, "engine/") || strings.HasPrefix(path, "tools/"))
}

func isThere(path string) bool {
	_, err := os.Stat(filepath.Join("..", path))
	return err == nil
}

// folderOrTest matches what matters in a document: the folder of tests, a test, a mark, or the end
// of a paragraph.
var folderOrTest = regexp.MustCompile("`((?:engine|internal|cmd|test|tools|migrations)(?:/[a-z0-9/_-]*)?)`|\\b((?:Test|Fuzz)[A-Z]\\w+)|<!-- (/?)(?:sample|template|lab) -->|\n\n")

// whereNamed returns the folder that a document names before each test. A folder counts only until
// the end of its paragraph, or of its marked part.
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

// testsNamed returns the tests that a document names and that must exist: in a service only its
// own.
func testsNamed(text string) (names []string) {
	all, folders := whereNamed(text)
	for i, name := range all {
		if !ofLaterTemplate(folders[i] + "/") {
			names = append(names, name)
		}
	}
	return names
}
