package internal_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	testName   = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
	testFolder = regexp.MustCompile(`\b(?:(?:engine/|tools/)?test|tools/lab)/[a-z]+\b`)
	codeBlock  = regexp.MustCompile("(?s)```.*?```")
	pageLink   = regexp.MustCompile(`\]\(([^)#\s:]+)[)#]`)
)

// documents returns the Markdown documents of this repository by their paths. It leaves out the
// changelog and the pages in docs/template. These pages describe the template, and they do not
// change in a service.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name), name == "docs/template":
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".md" || name == "CHANGELOG.md" || strings.Contains(name, "testdata/"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		found[name] = string(text)
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%d documents: %v", len(found), err)
	}
	return found
}

// Every test, folder and page that a document names must exist, even after the sample domain was
// removed from a service. The program adopt removes the sample domain, and also the marked parts of
// documents that name its tests.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	tests := testFunctions(t)
	for document, text := range documents(t) {
		for _, name := range testsNamed(text) {
			if !tests[name] && !written(text, name) {
				t.Errorf("%s names %s, and there is no such test", document, name)
			}
		}
		prose := codeBlock.ReplaceAllString(text, "")
		for _, folder := range testFolder.FindAllString(prose, -1) {
			if !isThere(folder) && !ofLaterTemplate(folder) {
				t.Errorf("%s names %s, which is not there", document, folder)
			}
		}
		for _, page := range pageLink.FindAllStringSubmatch(prose, -1) {
			if _, err := os.Stat(filepath.Join("..", path.Dir(document), page[1])); err != nil {
				t.Errorf("%s leads to %s, which is not there", document, page[1])
			}
		}
	}
}

// written reports whether a page contains the source code of the given test. Such a page tells its
// reader to write the test.
func written(page, test string) bool { return strings.Contains(page, "\nfunc "+test+"(") }

// Each guarantee in docs/guarantees.md must name a test that checks the guarantee.
func TestGuaranteesAreHeld(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| .*$`).FindAllStringSubmatch(documents(t)["docs/guarantees.md"], -1)
	if len(rows) < 9 {
		t.Errorf("there are %d guarantees", len(rows))
	}
	for _, row := range rows {
		if !testName.MatchString(row[0]) {
			t.Errorf("guarantee %s names no test", row[1])
		}
	}
}

// testFunctions returns the names of all tests in this repository.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	for name := range testFolders(t) {
		found[name] = true
	}
	return found
}

// testFolders returns, for the name of each test, the folders that contain a test with this name.
func testFolders(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, name)
		for _, match := range declaration.FindAllStringSubmatch(string(source), -1) {
			found[match[1]] = append(found[match[1]], path.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
