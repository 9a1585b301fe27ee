package migrations_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

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

// rolesNamed is the migration that names the roles after the database.
const rolesNamed = 15

// TestRolesAreNamedAfterTheDatabase fails where a migration grants to a role that all
// databases of a cluster share: those after rolesNamed find no program's login in it.
func TestRolesAreNamedAfterTheDatabase(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil || version <= rolesNamed {
			continue
		}
		content, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, program := range []string{"api", "projector", "service"} {
			if strings.Contains(string(content), "pgcqrs_"+program) {
				t.Errorf("%s names the role pgcqrs_%s: say grant_to('%[2]s', …), or role_of('%[2]s')", name, program)
			}
		}
	}
}
