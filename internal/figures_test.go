package internal_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// figures lists numbers that the code and a document both contain. The number in the document must
// be equal to the number in the code.
var figures = []struct{ document, says, file, has string }{
	{"operations.md", "projector, `DATABASE_URL` \\| 1 for each projection, (\\d+) for the relay", "engine/process/projector/open.go", `const othersHold = (\d+)`},
	{"operations.md", "for the relay, the linker and the snapshots, and (\\d+) more", "engine/projection/projector.go", `forAMoment = (\d+)`},
	{"operations.md", "`migrate` \\| (\\d+) ", "engine/process/migrate/migrate.go", `MaxConns: (\d+)`},
	{"operations.md", "`WRITE_CONNECTIONS` \\((\\d+)\\)", "cmd/api/config.go", `"WRITE_CONNECTIONS" default:"(\d+)"`},
	{"operations.md", "`READ_CONNECTIONS` \\((\\d+)\\)", "cmd/api/config.go", `"READ_CONNECTIONS" default:"(\d+)"`},
	{"operations.md", "`OUTBOX_ATTEMPTS` \\((\\d+)\\)", "cmd/projector/config.go", `"OUTBOX_ATTEMPTS" default:"(\d+)"`},
}

func TestDocumentsRepeatTheCodesFigures(t *testing.T) {
	t.Parallel()
	for _, f := range figures {
		said, is := only(t, "../docs/"+f.document, f.says), only(t, "../"+f.file, f.has)
		if said != is {
			t.Errorf("docs/%s says %s where %s has %s: %s", f.document, said, f.file, is, f.says)
		}
	}
}

func only(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1)
	if len(found) != 1 {
		t.Fatalf("%s has %d times %s, want it once", file, len(found), pattern)
	}
	return found[0][1]
}

// No document may contain a placeholder such as TODO.
func TestDocumentsHaveNoPlaceholders(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\b([A-Z]{4,}COST|TODO|TBD|FIXME|LOREM)\b`)
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains([]string{".md", ".yaml", ".yml"}, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			if found := placeholder.FindString(line); found != "" {
				t.Errorf("%s:%d has the placeholder %s", name, number, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The definition of an operation in the OpenAPI contract must be short. The same limit applies to
// the operations in the how-to pages, which show how to add an operation.
func TestOperationsOfTheContractAreShort(t *testing.T) {
	t.Parallel()
	const most = 25
	operation := regexp.MustCompile(`(?m)^\+?    (?:get|post|put|patch|delete):\n(?:\+?      .*\n)*`)
	for _, file := range []string{"api/openapi.yaml", "docs/replace-the-sample.md", "docs/how-to/add-a-command.md", "docs/how-to/add-a-query.md", "docs/how-to/add-a-projection.md"} {
		text, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		found := operation.FindAllString(string(text), -1)
		if len(found) == 0 {
			t.Errorf("%s has no operation", file)
		}
		for _, lines := range found {
			if count := strings.Count(lines, "\n"); count > most {
				t.Errorf("%s: an operation has %d lines, and may have %d:\n%s", file, count, most, lines)
			}
		}
	}
}
