package internal_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Some documents contain SQL statements for operators to paste. The tests of the engine execute
// files with the same statements. This test checks that the documents and the files contain the
// same statements.
func TestStatementsOfDocumentsAreTried(t *testing.T) {
	t.Parallel()
	for statement, mark := range map[string]string{
		"../engine/test/eventlog/testdata/advisory.sql": "<!-- advisory -->",
		"../engine/test/pg/testdata/drop-roles.sql":     "<!-- drop-roles -->",
	} {
		tried, err := os.ReadFile(statement)
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile("../docs/operations.md")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), mark+"\n```sql\n"+strings.TrimSuffix(string(tried), "\n")) {
			t.Errorf("docs/operations.md has not what %s tries, after %s", statement, mark)
		}
	}
}

// The page docs/operations.md has a table of the database settings on which guarantees depend. The
// engine has a list of the settings that it checks. The table and the list must contain the same
// settings in the same order. Both must also mark the same settings as those whose unsafe value an
// operator may accept.
func TestDocsHaveTheSettings(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(content), "\n### Settings that guarantees rest on\n")
	if !found {
		t.Fatal("docs/operations.md has no section on the settings")
	}
	section, _, _ = strings.Cut(section, "\n### ")
	var have strings.Builder
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|.*$").FindAllStringSubmatch(section, -1) {
		have.WriteString(row[1])
		if strings.Contains(row[0], "UNSAFE_DATABASE=accept") {
			have.WriteString(", may be accepted")
		}
		have.WriteString("\n")
	}
	want, err := os.ReadFile("../engine/pg/settings/testdata/settings.txt")
	if err != nil {
		t.Fatal(err)
	}
	if have.String() != string(want) {
		t.Errorf("the docs have\n%s\nand the engine looks at\n%s", have.String(), want)
	}
}
