package internal_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every test that the documents name exists.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	tests := testFunctions(t)
	for document, least := range map[string]int{"guarantees.md": 20, "security.md": 15, "privacy.md": 10} {
		text, err := os.ReadFile("../docs/" + document)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1)
		if len(named) < least {
			t.Errorf("docs/%s names only %d tests", document, len(named))
		}
		for _, name := range named {
			if !tests[name] {
				t.Errorf("docs/%s names %s, and there is no such test", document, name)
			}
		}
	}
}

func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	declaration := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, name)
		for _, match := range declaration.FindAllStringSubmatch(string(source), -1) {
			found[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
