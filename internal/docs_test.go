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

// Some documents state guarantees. For each of these documents, the test has a minimum number of
// tests that the document must name.
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

// The how-to pages name files and folders of this repository. Every named file and folder must
// exist.
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

// invented lists the paths of files that a how-to page tells its reader to create.
var invented = map[string]bool{"internal/callers": true, "internal/events/testdata/account.frozen.1.json": true, "internal/events/testdata/message_account.frozen.json": true}

// The how-to page about scopes must name every place in the repository that contains a scope: the
// file or its folder.
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

// A document must name the folder of a test before it names the test. A service may use a newer
// version of the engine than the version that its documents describe. The newer version may have
// other tests. The folder tells this check which tests are the engine's. In a service, the check
// ignores these tests. If a page tells its reader to write a test, the page must also name the
// right folder.
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
