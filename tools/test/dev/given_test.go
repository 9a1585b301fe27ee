//go:build unix

package dev_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/testdb"
)

func TestTablesOfSomethingElseAreLeftAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, says string }{
		"a table":              {"CREATE TABLE customers (id int)", "public.customers"},
		"in another schema":    {"CREATE SCHEMA shop; CREATE TABLE shop.orders (id int)", "shop.orders"},
		"names like the log's": {"CREATE TABLE goose_db_version (version_id int); CREATE TABLE events (id int); CREATE TABLE checkpoints (id int)", "public.checkpoints, public.events"},
		"a list of others":     {"CREATE TABLE goose_db_version (version_id int); INSERT INTO goose_db_version VALUES (0), (7)", "goose_db_version with other migrations"},
		"a list elsewhere":     {"CREATE SCHEMA shop; CREATE TABLE shop.goose_db_version (version_id int)", "shop.goose_db_version"},
		"a function":           {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function public.f"},
		"a sequence":           {"CREATE SEQUENCE numbers", "sequence public.numbers"},
		"types": {"CREATE TYPE mood AS ENUM ('good'); CREATE TYPE pair AS (a int); CREATE DOMAIN d AS int; CREATE TYPE spans AS RANGE (subtype = int)",
			"type public.d, type public.mood, type public.pair, type public.spans"},
		"a large object": {"SELECT lo_create(0)", "large object "},
		"many":           {"CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE d (); CREATE TABLE e ()", "public.d and 1 more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := testdb.Empty(t)
			conn := connect(t, given)
			if _, err := conn.Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			before := countRelations(t, conn)
			run := launch(t, []string{"DATABASE_URL=" + given}, "run", "-data", dataDir(t))
			if code := run.exitCode(t); code != 1 {
				t.Errorf("exit code = %d, want 1", code)
			}
			u, err := url.Parse(given)
			if err != nil {
				t.Fatal(err)
			}
			said, password := run.output(), "no password"
			if set, ok := u.User.Password(); ok {
				password = set
			}
			for _, want := range []string{c.says, strings.TrimPrefix(u.Path, "/"), "Unset DATABASE_URL"} {
				if !strings.Contains(said, want) {
					t.Errorf("it says %q; want %q in it", said, want)
				}
			}
			if strings.Contains(said, password) || countRelations(t, conn) != before {
				t.Error("it shows the password, or has changed the database")
			}
		})
	}
}

// Two services that were made from the same template have the same tables. dev distinguishes their
// databases by the service's name, which is stored with the list of migrations.
func TestAnotherServiceMadeFromTheSameTemplateIsLeftAlone(t *testing.T) {
	t.Parallel()
	given := testdb.New(t)
	conn := connect(t, given)
	const renamed = `COMMENT ON TABLE goose_db_version IS 'migrations of ledger'`
	if _, err := conn.Exec(t.Context(), renamed); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(given+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := launch(t, []string{"DATABASE_URL_FILE=" + file}, "run", "-data", dataDir(t))
	if code, said := run.exitCode(t), run.output(); code != 1 || !strings.Contains(said, "the data of another service") {
		t.Errorf("exit code = %d, want 1; it says %q", code, said)
	}
}

// unreleased turns a database into a database of an unreleased version of the service. A database
// of an unreleased version has a single table that lists all migrations.
const unreleased = `DROP TABLE engine_version; UPDATE goose_db_version SET version_id = 30 WHERE version_id <> 0`

func TestDataOfAnUnreleasedVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	given := testdb.New(t)
	if _, err := connect(t, given).Exec(t.Context(), unreleased); err != nil {
		t.Fatal(err)
	}
	run := launch(t, []string{"DATABASE_URL=" + given}, "run", "-data", dataDir(t))
	if code, said := run.exitCode(t), run.output(); code != 1 || !strings.Contains(said, "DATABASE_URL: this database was made by an unreleased version") {
		t.Errorf("exit code = %d, want 1; it says %q", code, said)
	}
}

// dev can't use a data folder of an unreleased version: the developer must remove the folder. The
// error of the command dev run names this folder.
func TestAFolderOfAnUnreleasedVersionIsNamed(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := launch(t, nil, "run", "-data", dir, "-api", "127.0.0.1:0", "-projector", "127.0.0.1:0")
	first.ready(t)
	server, err := os.ReadFile(filepath.Join(dir, "url"))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(strings.TrimSpace(string(server)))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + service
	if _, err := connect(t, u.String()).Exec(t.Context(), unreleased); err != nil {
		t.Fatal(err)
	}
	first.signal(t, os.Interrupt)
	first.exitCode(t)
	again := launch(t, nil, "run", "-data", dir)
	code, said := again.exitCode(t), again.output()
	if code != 1 || !strings.Contains(said, "made by an unreleased version") || !strings.Contains(said, "remove "+dir+",") {
		t.Errorf("exit code = %d, want 1; it says %q", code, said)
	}
}

func TestWhatAnEarlierRunHasMadeIsTaken(t *testing.T) {
	t.Parallel()
	const interrupted = "CREATE TABLE engine_version (id int GENERATED BY DEFAULT AS IDENTITY, version_id bigint); INSERT INTO engine_version (version_id) VALUES (0)"
	for name, c := range map[string]struct{ url, sql string }{
		"migrated":                 {testdb.New(t), ""},
		"its owner makes no roles": {testdb.New(t), "SELECT revoke_rights(role_of(program)) FROM unnest(ARRAY['api', 'service']) program"},
		"of this service":          {testdb.New(t), "COMMENT ON TABLE goose_db_version IS 'migrations of " + service + "'"},
		"interrupted":              {testdb.Empty(t), interrupted},
		"interrupted later":        {testdb.New(t), "DROP TABLE goose_db_version"},
		"an extension":             {testdb.Empty(t), "CREATE EXTENSION IF NOT EXISTS hstore"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := connect(t, c.url).Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			run := launch(t, []string{"DATABASE_URL=" + c.url}, "run", "-data", dataDir(t))
			run.says(t, "building")
			run.signal(t, os.Interrupt)
			run.exitCode(t)
		})
	}
}

func TestAnEmptyDatabaseIsTakenAndPortZeroIsAFreeOne(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + testdb.Empty(t), "API_OPS_ADDR=127.0.0.1:0"}
	run := launch(t, env, "run", "-data", dataDir(t), "-api", "127.0.0.1:0", "-projector", "127.0.0.1:0")
	run.ready(t)
	run.openAccount(t, "Ada")
	for _, address := range run.found(listening) {
		if strings.HasSuffix(address, ":0") {
			t.Errorf("the banner names %s", address)
		}
	}
	run.signal(t, os.Interrupt)
	run.exitCode(t)
	run.gone(t)
}

func TestAGivenDatabaseKeepsTheShellsVariablesAndSaysSo(t *testing.T) {
	t.Parallel()
	env := append([]string{"DATABASE_URL=postgres://u:secret@127.0.0.1:1/x"}, otherServers...)
	run := launch(t, env, "run", "-data", dataDir(t))
	if code := run.exitCode(t); code != 1 {
		t.Errorf("exit code = %d, want 1", code)
	}
	for _, want := range []string{"DATABASE_URL", "read service", "PGSERVICE"} {
		if said := run.output(); !strings.Contains(said, want) {
			t.Errorf("it says %q; want %q in it", said, want)
		}
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func countRelations(t *testing.T, conn *pgx.Conn) (count int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_class").Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}
