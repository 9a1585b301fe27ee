package migrations_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/migrations"
)

// TestNumbersAreTakenOnce fails where two branches have begun a migration of one number each.
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
	if migrations.Engine.Newest() == 0 {
		t.Error("the engine has no migrations")
	}
}
