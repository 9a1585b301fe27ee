package internal_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/auth"
)

// Each document that states guarantees names at least a minimum number of their tests.
func TestDocumentsNameTests(t *testing.T) {
	t.Parallel()
	least := map[string]int{
		"guarantees.md": 20, "security.md": 15, "asvs.md": 50, "privacy.md": 10,
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

// Every file and folder of this repository that a how-to names exists.
func TestHowTosNameWhatIsThere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/how-to/*.md")
	if err != nil || len(pages) < 13 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	path := regexp.MustCompile("`((?:engine|internal|cmd|test|migrations|api|docs)/[a-z0-9_/.-]+)`")
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

// invented lists paths that a page tells its reader to create.
var invented = map[string]bool{"internal/events/testdata/account.frozen.1.json": true, "internal/events/testdata/message_account.frozen.json": true}

// The page on scopes names every place that contains a scope: each file, or its folder.
func TestThePageOnScopesNamesAllPlaces(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/how-to/add-a-scope.md")
	if err != nil {
		t.Fatal(err)
	}
	scope := regexp.MustCompile(regexp.QuoteMeta(auth.ReadAccounts) + "|" + regexp.QuoteMeta(auth.WriteAccounts) + `|\bauth\.(Read|Write)Accounts\b`)
	named := regexp.MustCompile("`([a-z_/.-]+)`").FindAllStringSubmatch(string(page), -1)
	root := os.DirFS("..")
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && slices.Contains(notOurs, name) {
			return cmp.Or(err, fs.SkipDir)
		}
		if entry.IsDir() || name == "internal/docs_test.go" || !slices.Contains([]string{".go", ".yaml", ".yml", ".md"}, filepath.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil && scope.Match(text) && !slices.ContainsFunc(named, func(place []string) bool {
			return place[1] == name || strings.HasPrefix(name, place[1]+"/")
		}) {
			t.Errorf("%s has a scope, and docs/how-to/add-a-scope.md does not name it", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A document names the folder of the engine's tests before it names these tests, and the folder of
// the service's tests before it names those. A service with a later engine, which has other tests,
// then checks only its own tests. A test that a page tells its reader to write is in the folder
// that the page names.
func TestDocumentsSayWhoseTestsTheyName(t *testing.T) {
	t.Parallel()
	where := testFolders(t)
	for document, text := range documents(t) {
		names, folders := whereNamed(text)
		for i, name := range names {
			of := strings.HasPrefix(folders[i]+"/", "engine/")
			if in := where[name]; len(in) > 0 && !written(text, name) && !slices.ContainsFunc(in, func(folder string) bool { return strings.HasPrefix(folder, "engine/") == of }) {
				t.Errorf("%s names %s after the folder %q, and it is in %s", document, name, folders[i], in)
			}
		}
	}
}
