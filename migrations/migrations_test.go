package migrations_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/migrations"
)

// TestNumbersAreTakenOnce fails where two branches have begun a migration of one number each.
func TestNumbersAreTakenOnce(t *testing.T) {
	t.Parallel()
	versions := migrations.Versions()
	for i := 1; i < len(versions); i++ {
		if versions[i] == versions[i-1] {
			t.Errorf("two migrations have the number %d: give the one that has not run anywhere another, as adopt -new-migration does", versions[i])
		}
	}
	if len(versions) == 0 || !slices.IsSorted(versions) {
		t.Errorf("the migrations are %v", versions)
	}
}
