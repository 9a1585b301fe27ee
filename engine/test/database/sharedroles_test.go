package database_test

import (
	"fmt"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// Roles that the first migrations make for all databases of a cluster go again, unless they were there
// before, or somebody uses them; and nothing goes while another database is being migrated.
func TestSharedRolesGoAgain(t *testing.T) {
	t.Parallel()
	other := testdb.Empty(t)
	for name, test := range map[string]struct {
		use   string // in another database of the cluster, of the role for the API
		there bool   // before
		stays bool
	}{
		"nobody uses it":        {`SELECT '%s'`, false, false},
		"it was there":          {`SELECT '%s'`, true, true},
		"it has a right":        {`CREATE TABLE t_%[1]s (); GRANT SELECT ON t_%[1]s TO "%[1]s"`, false, true},
		"it may log in":         {`ALTER ROLE "%s" LOGIN`, false, true},
		"somebody is a member":  {`CREATE ROLE "%[1]s.login" LOGIN; GRANT "%[1]s" TO "%[1]s.login"`, false, true},
		"somebody migrates now": {"", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			prefix := nameOf(t, url) + "_shared_"
			role := prefix + "api"
			owner := connect(t, url)
			defer owner.Close()
			before, err := database.Roles(t.Context(), owner)
			if err != nil || !slices.Contains(before, parsed(t, url).User.Username()) {
				t.Fatalf("the roles are %v, %v", before, err)
			}
			mustRun(t, url, fmt.Sprintf(`UPDATE role_names SET prefix = '%s' WHERE prefix = 'pgcqrs_'; CREATE ROLE "%s"`, prefix, role))
			t.Cleanup(func() {
				mustRun(t, other, fmt.Sprintf(`DROP TABLE IF EXISTS t_%[1]s; DROP ROLE IF EXISTS "%[1]s.login", "%[1]s"`, role))
			})
			if test.there {
				before = append(before, role)
			}
			if test.use != "" {
				mustRun(t, other, fmt.Sprintf(test.use, role))
			} else {
				elsewhere := connect(t, other) // as a second migrate
				defer elsewhere.Close()
				if err := elsewhere.Ping(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			gone, err := database.DropSharedRoles(t.Context(), owner, before)
			if err != nil || slices.Contains(gone, role) == test.stays {
				t.Errorf("these are gone: %v, %v", gone, err)
			}
			now, err := database.Roles(t.Context(), owner)
			if err != nil || slices.Contains(now, role) != test.stays {
				t.Errorf("the role stays: %v, want %v; %v", !test.stays, test.stays, err)
			}
		})
	}
}
