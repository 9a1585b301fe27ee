//go:build all && unix

package restore_test

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/programs"
)

// rights lists the privileges of all roles in a database, including the privileges of PUBLIC. It
// replaces the name of each role by the name of the role's program. So the privileges of two
// databases can be compared, even if their roles have different names.
func rights(t *testing.T, database string) []string {
	t.Helper()
	const sql = `
		WITH acls AS (
		    SELECT c.oid::regclass::text AS name, c.relacl AS acl FROM pg_class c WHERE c.relnamespace IN ('public'::regnamespace, 'keys'::regnamespace)
		    UNION ALL SELECT attrelid::regclass || '.' || attname, attacl FROM pg_attribute
		    UNION ALL SELECT p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc p WHERE p.pronamespace IN ('public'::regnamespace, 'keys'::regnamespace)
		    UNION ALL SELECT 'schema ' || nspname, nspacl FROM pg_namespace WHERE nspname IN ('public', 'keys')
		    UNION ALL SELECT 'default ' || defaclobjtype::text, defaclacl FROM pg_default_acl
		)
		SELECT format('%s: %s %s', name, CASE g.grantee WHEN 0 THEN 'everybody' ELSE coalesce((
		           SELECT program FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program WHERE g.grantee = to_regrole(quote_ident(role_of(program)))), g.grantee::regrole::text) END, g.privilege_type)
		FROM acls, aclexplode(acl) g
		WHERE g.grantee <> to_regrole(quote_ident(current_user)) ORDER BY 1`
	rows, err := connect(t, database).Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		found = append(found, line)
	}
	return found
}

// differ reports every line that only one of the two lists contains.
func differ(t *testing.T, what string, have, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(have, line) {
			t.Errorf("%s: lost %s", what, line)
		}
	}
	for _, line := range have {
		if !slices.Contains(want, line) {
			t.Errorf("%s: nobody had %s", what, line)
		}
	}
}

// withLogin returns the URL with another user name and password.
func withLogin(t *testing.T, database, name string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(name, "secret")
	return u.String()
}

// A dump is restored into a server that lacks the programs' roles, or is restored without the
// privileges in the dump. cmd/migrate then creates the roles and grants their privileges again.
// cmd/migrate also revokes the privileges that PUBLIC gets from a restore without roles.
func TestRestoreWithoutRoles(t *testing.T) {
	t.Parallel()
	broker, server := startBroker(t), startServer(t)
	source := database(t, server)
	run(t, nil, tool(t, "psql"), "--dbname="+source, `--command=ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "service.api"`)
	run(t, []string{"DATABASE_URL=" + source}, own("migrate"))
	want := rights(t, source)
	dump := filepath.Join(t.TempDir(), "dump")
	run(t, nil, tool(t, "pg_dump"), "--format=custom", "--file="+dump, "--dbname="+source)
	server.Stop()

	cluster := startServer(t).URL
	psql := func(database, command string) {
		t.Helper()
		run(t, nil, tool(t, "psql"), "--set=ON_ERROR_STOP=1", "--dbname="+database, "--command="+command)
	}
	for _, restore := range []struct {
		name, before, after string
		options             []string
	}{
		{name: "renamed"},
		{name: "service", after: `CREATE ROLE "service.api"; CREATE ROLE api LOGIN PASSWORD 'secret' IN ROLE "service.api"`},
		{name: "bare", options: []string{"--no-privileges"}, before: `CREATE ROLE "bare.api"`},
	} {
		restored := databaseURL(t, cluster, restore.name)
		psql(databaseURL(t, cluster, "postgres"), "CREATE DATABASE "+restore.name)
		psql(restored, "SELECT 1; "+restore.before)
		output, _ := exec.Command(tool(t, "pg_restore"), append(restore.options, "--dbname="+restored, dump)...).CombinedOutput() // pg_restore reports what it could not grant, and continues
		if restore.after != "" {
			psql(restored, restore.after)
			refused(t, "api", withLogin(t, restored, "api"))
			refused(t, "projector", withLogin(t, restored, "api"))
		}
		if slices.Equal(rights(t, restored), want) {
			t.Fatalf("%s: nothing was lost\n%s", restore.name, output)
		}
		var said struct {
			Roles []string `json:"roles_made"`
			Given int      `json:"rights_given"`
		}
		if err := json.Unmarshal([]byte(run(t, []string{"DATABASE_URL=" + restored}, own("migrate"), "-json")), &said); err != nil || said.Given == 0 {
			t.Errorf("%s: %+v, %v", restore.name, said, err)
		}
		differ(t, restore.name, rights(t, restored), want)
		if again := run(t, []string{"DATABASE_URL=" + restored}, own("migrate")); strings.Contains(again, "rights") {
			t.Errorf("%s: a second time it says %s", restore.name, again)
		}
	}
	restored := databaseURL(t, cluster, "service")
	api, projector, worker := withLogin(t, restored, "service_api"), withLogin(t, restored, "service_projector"), "WORKER_DATABASE_URL="+withLogin(t, restored, "service_worker")
	run(t, []string{"DATABASE_URL=" + restored, "API_DATABASE_URL=" + api, "PROJECTOR_DATABASE_URL=" + projector, worker}, own("migrate"))
	s := &service{t, restored, start(t, "api", api, broker), start(t, "projector", projector, broker, worker)}
	load := s.load(2)
	load.goOn(20)
	load.end()
	settled(t, connect(t, restored))
}

// refused starts a program whose login has no privileges, and checks the error in its output.
func refused(t *testing.T, program, database string) {
	t.Helper()
	said := programs.Refused(t, program, "DATABASE_URL="+database, "AUTH=off", "UNSAFE_DATABASE=accept", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0")
	if !strings.Contains(said, "Run migrate") {
		t.Errorf("%s without rights: %s", program, said)
	}
}
