package pg_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/rolerights"
)

func mended(t *testing.T, owner string) rolerights.Mended {
	t.Helper()
	mended, err := rolerights.Mend(t.Context(), connect(t, owner))
	if err != nil {
		t.Fatal(err)
	}
	return mended
}

func record(t *testing.T, owner string, mended rolerights.Mended) {
	t.Helper()
	if err := rolerights.Record(t.Context(), connect(t, owner), mended); err != nil {
		t.Fatal(err)
	}
}

// The table role_rights records the rights of each role. If a role has lost a recorded right, the
// program migrate grants it again. There are two exceptions. If an operator deletes the row of a
// right, migrate does not grant this right again. If a migration was applied after the rights were
// recorded, migrate ignores the record, because the migration may have revoked a right.
func TestRightsComeBack(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	record(t, d.owner, rolerights.Mended{})
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
	mustRun(t, d.owner, take+`; DELETE FROM role_rights WHERE program = 'api' AND statement = 'GRANT SELECT ON TABLE events TO'`)
	if done := mended(t, d.owner); done.Given != 0 {
		t.Errorf("with a right taken for good: %+v", done)
	} else {
		record(t, d.owner, done)
	}
	expect(t, "the API, whose right was taken for good", d.api, apiWork, refused)
	mustRun(t, d.owner, `GRANT SELECT ON events TO "`+nameOf(t, d.owner)+`.api"`)
	record(t, d.owner, rolerights.Mended{})
	mustRun(t, d.owner, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true); `+take)
	if done := mended(t, d.owner); done.Given != 0 {
		t.Errorf("by an old record: %+v", done)
	}
	expect(t, "the API after a migration that took its right", d.api, apiWork, refused)

	record(t, d.owner, rolerights.Mended{})
	mustRun(t, d.owner, `INSERT INTO jobs_version (version_id, is_applied) VALUES (99999, true); REVOKE UPDATE ON river_job FROM "`+nameOf(t, d.owner)+`.worker"`)
	if done := mended(t, d.owner); done.Given != 0 {
		t.Errorf("by a record from before a migration of the job queue: %+v", done)
	}
	mustRun(t, d.owner, `DROP TABLE jobs_version`) // as in a database of a release without a job queue
	record(t, d.owner, mended(t, d.owner))
}

// If roles are missing and the database's owner may not create roles, the program migrate returns
// an error that names the missing roles. The recorded rights of these roles stay in the table
// role_rights.
func TestRolesThatTheOwnerMayNotMake(t *testing.T) {
	t.Parallel()
	owner := owned(t)
	d := newDeployment(t, owner)
	record(t, d.owner, rolerights.Mended{})
	server, name := testdb.Empty(t), nameOf(t, owner)
	gone := name + ".api"
	mustRun(t, in(t, server, owner), `DROP OWNED BY "`+gone+`"; DROP ROLE "`+gone+`"; ALTER ROLE `+name+`_owner NOCREATEROLE`)
	for range 2 {
		done := mended(t, d.owner)
		if !slices.Equal(done.Missing, []string{gone}) || len(done.Made) > 0 {
			t.Errorf("without the right to make roles: %+v", done)
		}
		record(t, d.owner, done)
	}
	mustRun(t, server, `ALTER ROLE `+name+`_owner CREATEROLE`)
	if done := mended(t, d.owner); !slices.Equal(done.Made, []string{gone}) || done.Given == 0 {
		t.Errorf("with it: %+v", done)
	}
	mustRun(t, d.owner, `GRANT "`+gone+`" TO `+parsed(t, d.api).User.Username()+`; GRANT CONNECT ON DATABASE `+name+` TO "`+gone+`"`)
	expect(t, "the API", d.api, apiWork, works)
}

// The program migrate grants the rights that the table role_rights records. If the database's owner
// may not grant a right, each run reports the right until somebody else grants it. If the object of
// a right (such as a table) is gone, migrate deletes the row of the right. It does so in the first
// run that can grant all other rights.
func TestRightsThatTheOwnerMayNotGive(t *testing.T) {
	t.Parallel()
	owner := owned(t)
	d := newDeployment(t, owner)
	server := in(t, testdb.Empty(t), owner)
	api := `"` + nameOf(t, owner) + `.api"`
	mustRun(t, d.owner, `CREATE TABLE reports (); CREATE SCHEMA later CREATE TABLE reports (); GRANT SELECT ON reports TO `+api+`; GRANT USAGE ON SCHEMA later TO `+api+`; GRANT SELECT ON later.reports TO `+api)
	record(t, d.owner, rolerights.Mended{})
	mustRun(t, server, `REVOKE SELECT ON reports FROM `+api+`; ALTER TABLE reports OWNER TO CURRENT_USER; ALTER SCHEMA later RENAME TO elsewhere`)
	for range 2 { // the second round uses a record that the first round has written
		done := mended(t, d.owner)
		if want := []string{"GRANT SELECT ON TABLE reports TO " + api}; !slices.Equal(done.Refused, want) || done.Given != 0 {
			t.Errorf("while it is somebody else's: %+v", done)
		}
		record(t, d.owner, done)
	}
	const rows = `SELECT 1 / count(*) FROM role_rights WHERE statement LIKE '% later%'`
	if code := try(t, d.owner, rows); code != "" {
		t.Errorf("what is on the schema that is not there is forgotten: SQLSTATE %s", code)
	}
	mustRun(t, server, `GRANT SELECT ON reports TO `+api)
	if done := mended(t, d.owner); len(done.Refused) > 0 {
		t.Errorf("given by its owner: %+v", done)
	} else {
		record(t, d.owner, done)
	}
	if code := try(t, d.owner, rows); code != "22012" {
		t.Errorf("what is gone is still recorded: SQLSTATE %q", code)
	}
	mustRun(t, server, `REVOKE SELECT ON reports FROM `+api+`; ALTER TABLE reports OWNER TO `+nameOf(t, owner)+`_owner`)
	if done := mended(t, d.owner); done.Given != 1 {
		t.Errorf("when it is the owner's: %+v", done)
	}
}
