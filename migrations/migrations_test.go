package migrations_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/migrations"
)

var update = flag.Bool("update", false, "copy the engine's migrations again")

// TestNumbersAreTakenOnce fails if two migrations have the same number, for example from two
// branches.
func TestNumbersAreTakenOnce(t *testing.T) {
	t.Parallel()
	for table, versions := range migrations.Versions() {
		for i := 1; i < len(versions); i++ {
			if versions[i] == versions[i-1] {
				t.Errorf("two migrations of %s have the number %d: give the one that has not run anywhere another, as adopt -new-migration does", table, versions[i])
			}
		}
		if !slices.IsSorted(versions) {
			t.Errorf("the migrations of %s are %v", table, versions)
		}
	}
	if schema.Engine.Newest() == 0 {
		t.Error("the engine has no migrations")
	}
}

// TestTheEnginesAreCopies fails if the files engine/*.sql differ from the files that the engine
// applies.
func TestTheEnginesAreCopies(t *testing.T) {
	t.Parallel()
	applied, copied := texts(t, schema.Engine.FS), texts(t, os.DirFS("engine"))
	for name, text := range applied {
		if *update && copied[name] != text {
			if err := os.WriteFile(filepath.Join("engine", name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			copied[name] = text
		}
		if copied[name] != text {
			t.Errorf("engine/%s is not what the engine applies: run go generate ./migrations, and change nothing here", name)
		}
	}
	for name := range copied {
		if _, known := applied[name]; !known {
			t.Errorf("engine/%s is not one of the engine's: a service's own migrations lie in migrations/", name)
		}
	}
}

func texts(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	names, err := fs.Glob(folder, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = string(text)
	}
	return found
}
