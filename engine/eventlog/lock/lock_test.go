package lock_test

import (
	"io/fs"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/eventlog/lock"
	"example.com/pgcqrs/engine/schema"
)

// The SQL functions of the schema use the same table and lock mode as this package.
func TestTheSchemaLocksTheTable(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(schema.Engine.FS, "00004_append.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, ours := strings.Count(string(text), "LOCK TABLE "), strings.Count(string(text), lock.Statement+" IN EXCLUSIVE MODE;")
	if ours == 0 || ours != all {
		t.Errorf("%d of %d statements that lock a table are %q", ours, all, lock.Statement)
	}
}
