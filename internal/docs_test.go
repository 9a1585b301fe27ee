package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The documents that say what holds name the tests of it, and many.
func TestDocumentsNameTests(t *testing.T) {
	t.Parallel()
	least := map[string]int{
		"guarantees.md": 20, "security.md": 15, "privacy.md": 10,
		"how-to/add-an-event.md": 3, "how-to/change-the-shape-of-an-event.md": 5, "how-to/rename-an-event.md": 2,
	}
	for document, least := range least {
		text, err := os.ReadFile("../docs/" + document)
		if err != nil {
			t.Fatal(err)
		}
		if named := testName.FindAllString(string(text), -1); len(named) < least {
			t.Errorf("docs/%s names only %d tests", document, len(named))
		}
	}
}

// Every file and folder of ours that a how-to names is there.
func TestHowTosNameWhatIsThere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/how-to/*.md")
	if err != nil || len(pages) < 13 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	path := regexp.MustCompile("`((?:internal|cmd|test|migrations|api|docs)/[a-z0-9_/.-]+)`")
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
	}
}

// invented are paths of what a page has its reader make.
var invented = map[string]bool{"internal/events/testdata/account.frozen.1.json": true, "internal/events/testdata/message_account.frozen.json": true}
