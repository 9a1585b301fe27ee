package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// inTheTemplate reports whether this repository is the template itself, and not a service that was
// made from it. The program adopt removes the file internal/docs_test.go from a service.
func inTheTemplate() bool { return isThere("internal/docs_test.go") }

// ofLaterTemplate reports whether this repository is a service and the path belongs to the engine
// or the tools. The engine and the tools may be newer than the service's own documents and tests.
// Therefore the tests of a service do not check the contents of the engine and the tools.
func ofLaterTemplate(path string) bool {
	return !inTheTemplate() && (strings.HasPrefix(path, "engine/") || strings.HasPrefix(path, "tools/"))
}

func isThere(path string) bool {
	_, err := os.Stat(filepath.Join("..", path))
	return err == nil
}

// folderOrTest matches the parts of a document that matter for these tests: the name of a folder,
// the name of a test, a mark such as <!-- sample -->, or the end of a paragraph.
var folderOrTest = regexp.MustCompile("`((?:engine|internal|cmd|test|tools|migrations)(?:/[a-z0-9/_-]*)?)`|\\b((?:Test|Fuzz)[A-Z]\\w+)|<!-- (/?)(?:sample|template|lab) -->|\n\n")

// whereNamed returns the names of the tests in a document. For each test it also returns a folder.
// The document names this folder before the test, in the same paragraph or in the same marked part.
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

// testsNamed returns the tests that a document names and that must exist in this repository. In a
// service it leaves out the tests of the engine and the tools.
func testsNamed(text string) (names []string) {
	all, folders := whereNamed(text)
	for i, name := range all {
		if !ofLaterTemplate(folders[i] + "/") {
			names = append(names, name)
		}
	}
	return names
}
