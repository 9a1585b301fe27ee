package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that the documents name exists, or is one that they have their reader write.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	tests := testFunctions(t)
	least := map[string]int{
		"guarantees.md": 20, "security.md": 15, "privacy.md": 10,
		"how-to/add-an-event.md": 3, "how-to/change-the-shape-of-an-event.md": 5, "how-to/rename-an-event.md": 2,
	}
	for document, least := range least {
		text, err := os.ReadFile("../docs/" + document)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1)
		if len(named) < least {
			t.Errorf("docs/%s names only %d tests", document, len(named))
		}
		for _, name := range named {
			if written := strings.Contains(string(text), "\nfunc "+name+"("); !tests[name] && !written {
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

// Every file and folder of ours that a how-to names is there, and so is every page that one
// leads to.
func TestHowTosNameWhatIsThere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/how-to/*.md")
	if err != nil || len(pages) < 13 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	path := regexp.MustCompile("`((?:internal|cmd|test|migrations|api|docs)/[a-z0-9_/.-]+)`")
	code := regexp.MustCompile("(?s)```.*?```")
	link := regexp.MustCompile(`\]\(([^)#\s]+)[)#]`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, named := range path.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join("..", named[1])); err != nil && !invented[named[1]] {
				t.Errorf("%s names %s, which is not there", page, named[1])
			}
		}
		prose := code.ReplaceAllString(string(text), "")
		for _, named := range link.FindAllStringSubmatch(prose, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), named[1])); err != nil {
				t.Errorf("%s leads to %s, which is not there", page, named[1])
			}
		}
	}
}

// invented are paths of what a page has its reader make.
var invented = map[string]bool{"internal/events/testdata/account.frozen.1.json": true, "internal/events/testdata/message_account.frozen.json": true}
