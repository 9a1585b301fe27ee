//go:build all && unix

package pg_test

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/rolerights"
)

func buildMigrate(t *testing.T) string {
	t.Helper()
	migrate := filepath.Join(t.TempDir(), "migrate")
	if output, err := exec.Command("go", "build", "-o", migrate, "./migrate").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return migrate
}

// The program migrate first checks the database and the logins. If a check fails, migrate changes
// nothing, and the database stays empty. If a check only causes a warning, migrate continues.
func TestMigrateLooksFirst(t *testing.T) {
	t.Parallel()
	migrate, open, empty := buildMigrate(t), testdb.Empty(t), testdb.Empty(t)
	mustRun(t, open, `GRANT CREATE ON SCHEMA public TO PUBLIC`)
	superuser := testdb.As(t, empty, "pg_monitor")
	mustRun(t, empty, `ALTER ROLE `+parsed(t, superuser).User.Username()+` SUPERUSER`)
	for _, test := range []struct{ owner, api, says string }{
		{latin1(t), "", "ENCODING 'UTF8'"},
		{open, "", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"},
		{empty, as(t, empty, "public", "x"), `API_DATABASE_URL must name a login: "public"`},
		{empty, as(t, empty, nameOf(t, empty)+".api", "x"), "API_DATABASE_URL must name a login"},
		{empty, empty + "&default_query_exec_mode=exec", "default_query_exec_mode"},
		{testdb.As(t, testdb.Empty(t), "pg_monitor"), "", "GRANT CREATE ON SCHEMA public TO it"},
		{empty, superuser, `WARN: login "` + parsed(t, superuser).User.Username() + `" has more rights than a program needs, and may change the log: SUPERUSER.`},
	} {
		command := exec.Command(migrate)
		command.Env = []string{"DATABASE_URL=" + test.owner, "API_DATABASE_URL=" + test.api}
		output, err := command.CombinedOutput()
		warns := strings.HasPrefix(test.says, "WARN")
		if (err == nil) != warns || !strings.Contains(string(output), test.says) {
			t.Errorf("%s: %v\n%s", test.says, err, output)
		}
		if code := try(t, test.owner, `SELECT FROM engine_version`); (code == "") != warns {
			t.Errorf("%s: the list of migrations is there or not: SQLSTATE %q", test.says, code)
		}
	}
}

// The program migrate migrates the first database of a new cluster, and creates only the roles of
// this database. The API's login may have any name except the names of these roles.
func TestFirstDatabaseOfACluster(t *testing.T) {
	t.Parallel()
	migrate := buildMigrate(t)
	server, err := devdb.Start(t.Context(), devdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	mustRun(t, server.URL, `CREATE DATABASE shop`)
	u := parsed(t, server.URL)
	u.Path = "/shop"
	owner := u.String()
	u.User = url.UserPassword("pgcqrs_api", "secret")
	api := u.String()
	for range 2 {
		command := exec.Command(migrate)
		command.Env = []string{"DATABASE_URL=" + owner, "API_DATABASE_URL=" + api}
		if output, err := command.CombinedOutput(); err != nil || strings.Contains(string(output), "left as it is") {
			t.Errorf("migrate: %v\n%s", err, output)
		}
	}
	pool := connect(t, owner)
	defer pool.Close()
	var roles []string
	if err := pool.QueryRow(t.Context(), `SELECT array_agg(rolname::text ORDER BY rolname COLLATE "C") FROM pg_roles WHERE rolname NOT LIKE 'pg\_%'`).Scan(&roles); err != nil {
		t.Fatal(err)
	}
	if want := []string{"pgcqrs_api", parsed(t, owner).User.Username(), "shop.api", "shop.projector", "shop.service", "shop.worker"}; !slices.Equal(roles, want) {
		t.Errorf("the cluster has the roles %v, want %v", roles, want)
	}
	expect(t, "the API's login", api, apiWork, works)
}

// A migration grants rights to roles. Some of these roles are missing, and the login of migrate may
// not create roles. Before the migration, migrate returns an error that names the missing roles.
// After somebody has created the roles, migrate succeeds, and the roles have all rights.
func TestMigrateAsksForRolesFirst(t *testing.T) {
	t.Parallel()
	migrate, owner := buildMigrate(t), owned(t)
	d := newDeployment(t, owner)
	const pending = 7 // number of a migration that grants rights to the projector's role
	mustRun(t, owner, `DROP TABLE snapshots, snapshot_cursor; DELETE FROM engine_version WHERE version_id = `+strconv.Itoa(pending))
	record(t, owner, rolerights.Mended{})
	server, name := testdb.Empty(t), nameOf(t, owner)
	gone := name + ".projector"
	mustRun(t, in(t, server, owner), `DROP OWNED BY "`+gone+`"; DROP ROLE "`+gone+`"; ALTER ROLE `+name+`_owner NOCREATEROLE`)
	t.Cleanup(func() { mustRun(t, in(t, server, owner), `ALTER ROLE `+name+`_owner CREATEROLE`) }) // the owner drops the logins
	run := func() (string, error) {
		command := exec.Command(migrate)
		command.Env = []string{"DATABASE_URL=" + owner}
		output, err := command.CombinedOutput()
		return string(output), err
	}
	create := `CREATE ROLE "` + gone + `"`
	for range 2 {
		if said, err := run(); err == nil || !strings.Contains(said, create) {
			t.Errorf("without the role: %v\n%s", err, said)
		}
	}
	key := "file://" + filepath.Join(t.TempDir(), "key.json")
	command := exec.Command(migrate, "-json")
	command.Env = []string{"DATABASE_URL=" + owner, "KEY_URI=" + key}
	output, err := command.Output()
	var document struct {
		KeyMade string `json:"key_made"`
	}
	if unread := json.Unmarshal(output, &document); err == nil || unread != nil || document.KeyMade != key {
		t.Errorf("as JSON, where it fails: %v, %v\n%s", err, unread, output)
	}
	mustRun(t, server, create)
	if said, err := run(); err != nil || !strings.Contains(said, "(1 applied now)") {
		t.Errorf("with the role: %v\n%s", err, said)
	}
	mustRun(t, server, `GRANT "`+gone+`" TO `+parsed(t, d.projector).User.Username()+`; GRANT CONNECT ON DATABASE `+name+` TO "`+gone+`"`)
	expect(t, "the projector", d.projector, `SELECT FROM events; INSERT INTO checkpoints (projection) VALUES ('x'); DELETE FROM snapshots`, works)
}

// A new release of the service needs a new role, and the login of migrate may not create roles.
// Before it applies migrations, migrate returns an error that names the role. If it applied the
// migrations without the role, the role would never get its rights.
func TestMigrateAsksForTheWorkersRole(t *testing.T) {
	t.Parallel()
	migrate, owner := buildMigrate(t), owned(t)
	newDeployment(t, owner)
	server, gone := testdb.Empty(t), nameOf(t, owner)+".worker"
	mustRun(t, in(t, server, owner), `DROP OWNED BY "`+gone+`"; DROP ROLE "`+gone+`"; DELETE FROM role_rights WHERE program = 'worker'; ALTER ROLE `+nameOf(t, owner)+`_owner NOCREATEROLE`)
	t.Cleanup(func() { mustRun(t, in(t, server, owner), `ALTER ROLE `+nameOf(t, owner)+`_owner CREATEROLE`) }) // the owner drops the logins
	run := func() (string, error) {
		command := exec.Command(migrate)
		command.Env = []string{"DATABASE_URL=" + owner}
		output, err := command.CombinedOutput()
		return string(output), err
	}
	create := `CREATE ROLE "` + gone + `"`
	if said, err := run(); err == nil || !strings.Contains(said, "no migration was applied") || !strings.Contains(said, create) {
		t.Errorf("without the role: %v\n%s", err, said)
	}
	mustRun(t, server, create)
	if said, err := run(); err != nil {
		t.Errorf("with the role: %v\n%s", err, said)
	}
}
