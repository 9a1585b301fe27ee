package migration

import (
	"io"
	"path/filepath"
	"testing"
)

func TestMigrationsNeverShareANumber(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 3 {
		if err := New(dir, "add_due_dates", io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := filepath.Glob(filepath.Join(dir, "migrations/2*_add_due_dates.sql")); len(found) != 3 || err != nil {
		t.Errorf("%v, %v", found, err)
	}
	for _, name := range []string{"Add", "a", "add-due", "../x", ""} {
		if err := New(dir, name, io.Discard); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
}
