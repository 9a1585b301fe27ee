package internal_test

import (
	"os"
	"strings"
	"testing"
)

// The statements that documents have an operator paste are those that the engine's tests try.
func TestStatementsOfDocumentsAreTried(t *testing.T) {
	t.Parallel()
	for statement, mark := range map[string]string{
		"../engine/test/log/testdata/advisory.sql":        "<!-- advisory -->",
		"../engine/test/database/testdata/drop-roles.sql": "<!-- drop-roles -->",
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
