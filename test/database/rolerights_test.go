package database_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/test/testdb"
)

func mended(t *testing.T, owner string) database.Mended {
	t.Helper()
	mended, err := database.MendRights(t.Context(), connect(t, owner))
	if err != nil {
		t.Fatal(err)
	}
	return mended
}

// A right that a role has lost comes back, unless the record of it is older than a migration, which
// may have taken it.
func TestRightsComeBack(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	if err := database.RecordRights(t.Context(), connect(t, d.owner)); err != nil {
		t.Fatal(err)
	}
	take := `REVOKE SELECT ON events FROM "` + nameOf(t, d.owner) + `.api"`
	if done := mended(t, d.owner); done.Given != 0 || len(done.Made) > 0 {
		t.Errorf("in a database that lacks nothing: %+v", done)
	}
	mustRun(t, d.owner, take)
	expect(t, "the API without its right", d.api, apiWork, refused)
	if done := mended(t, d.owner); done.Given != 1 {
		t.Errorf("with a right lost: %+v", done)
	}
	expect(t, "the API with its right", d.api, apiWork, works)
	mustRun(t, d.owner, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true); `+take)
	if done := mended(t, d.owner); done.Given != 0 {
		t.Errorf("by an old record: %+v", done)
	}
	expect(t, "the API after a migration that took its right", d.api, apiWork, refused)
}

// An owner who may not make roles is told which are missing; what is recorded of them stays.
func TestRolesThatTheOwnerMayNotMake(t *testing.T) {
	t.Parallel()
	owner := owned(t)
	d := newDeployment(t, owner)
	if err := database.RecordRights(t.Context(), connect(t, d.owner)); err != nil {
		t.Fatal(err)
	}
	server, name := testdb.Empty(t), nameOf(t, owner)
	gone := name + ".api"
	mustRun(t, in(t, server, owner), `DROP OWNED BY "`+gone+`"; DROP ROLE "`+gone+`"; ALTER ROLE `+name+`_owner NOCREATEROLE`)
	for range 2 {
		if done := mended(t, d.owner); !slices.Equal(done.Missing, []string{gone}) || len(done.Made) > 0 {
			t.Errorf("without the right to make roles: %+v", done)
		}
		if err := database.RecordRights(t.Context(), connect(t, d.owner)); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, server, `ALTER ROLE `+name+`_owner CREATEROLE`)
	if done := mended(t, d.owner); !slices.Equal(done.Made, []string{gone}) || done.Given == 0 {
		t.Errorf("with it: %+v", done)
	}
	mustRun(t, d.owner, `GRANT "`+gone+`" TO `+parsed(t, d.api).User.Username()+`; GRANT CONNECT ON DATABASE `+name+` TO "`+gone+`"`)
	expect(t, "the API", d.api, apiWork, works)
}
