package pg_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/present"
)

// alter changes a setting of the database. The change applies to new sessions.
func alter(t testing.TB, url, setting string) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	run(t, url, `ALTER DATABASE `+pgx.Identifier{config.Database}.Sanitize()+` SET `+setting)
}

// run runs statements as the owner of the schema.
func run(t testing.TB, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func show(t *testing.T, pool *pgxpool.Pool, setting string) (value string) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), `SHOW `+setting).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// A commit always waits for the disk and for a synchronous standby, even if a setting of the
// database allows the commit to return earlier. If the setting of the database is stricter, such as
// remote_apply, it stays in use.
func TestConnectionsCommitDurably(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{"off": "on", "local": "on", "remote_write": "on", "on": "on", "remote_apply": "remote_apply"} {
		url := testdb.New(t)
		alter(t, url, `synchronous_commit = `+set)
		if have := show(t, open(t, url, pg.Timeouts{}), "synchronous_commit"); have != want {
			t.Errorf("the database says %s, and the session has %s, want %s", set, have, want)
		}
	}
	for _, set := range []string{"on", "remote_apply"} {
		if have := show(t, open(t, testdb.New(t)+"&synchronous_commit="+set, pg.Timeouts{}), "synchronous_commit"); have != set {
			t.Errorf("the URL says %s, and the session has %s", set, have)
		}
	}
}

// A parameter of the database URL takes precedence over the defaults of the program. The test
// covers each form in which a URL may contain parameters.
func TestURLGoesFirst(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	for set, want := range map[string]map[string]string{
		"jit=on&timezone=Asia/Tokyo&application_name=mine":                        {"jit": "on", "TimeZone": "Asia/Tokyo", "application_name": "mine"},
		"Lock_Timeout=7000&JIT=on&Default_Transaction_Isolation=read%20committed": {"lock_timeout": "7s", "jit": "on", "default_transaction_isolation": "read committed"},
		"options=-c%20lock_timeout%3D7000%20--jit%3Don":                           {"lock_timeout": "7s", "jit": "on", "synchronous_commit": "on"},
		"options=-clock_timeout%3D7000&lock_timeout=8000":                         {"lock_timeout": "8s"},
		"default_query_exec_mode=cache_statement":                                 {"client_encoding": "UTF8"},
		"default_query_exec_mode=cache_describe":                                  {"client_encoding": "UTF8"},
		"default_query_exec_mode=describe_exec&client_encoding=unicode":           {"client_encoding": "UTF8"},
		"": {"jit": "off", "TimeZone": "UTC", "application_name": t.Name(), "lock_timeout": "1s"},
	} {
		pool := open(t, url+"&"+set, pg.Timeouts{Lock: time.Second})
		for name, want := range want {
			if have := show(t, pool, name); have != want {
				t.Errorf("%s: %s is %s, want %s", set, name, have, want)
			}
		}
	}
}

// Some parameters of a database URL would break a guarantee of the log. A URL with such a parameter
// is refused. The test covers each form in which a URL may contain parameters.
func TestURLAgainstAGuarantee(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	for set, name := range map[string]string{
		"synchronous_commit=off":                      "synchronous_commit",
		"synchronous_commit=local":                    "synchronous_commit",
		"synchronous_commit=remote_write":             "synchronous_commit",
		"Synchronous_Commit=off":                      "synchronous_commit",
		"options=-c%20synchronous_commit%3Doff":       "synchronous_commit",
		"options=-csynchronous_commit%3Doff":          "synchronous_commit",
		"options=--synchronous-commit%3Doff":          "synchronous_commit",
		"options=-c%20Synchronous_Commit%3Dof%5Cf":    "synchronous_commit",
		"default_transaction_isolation=serializable":  "default_transaction_isolation",
		"client_min_messages=ERROR":                   "client_min_messages",
		"session_replication_role=replica":            "session_replication_role",
		"client_encoding=LATIN1":                      "client_encoding",
		"options=-c%20client_encoding%3DLATIN1":       "client_encoding",
		"default_query_exec_mode=exec":                "default_query_exec_mode",
		"default_query_exec_mode=simple_protocol":     "default_query_exec_mode",
		"Default_Query_Exec_Mode=exec":                "does not know a parameter",
		"idle_session_timeout=60000":                  "idle_session_timeout",
		"options=-F":                                  "options",
		"SYNCHRONOUS_COMMIT=on&synchronous_commit=on": "must look like",
		"un%20known=1":                                "must look like",
		"unknown=1":                                   "does not know a parameter",
	} {
		pool, err := pg.Open(t.Context(), url+"&"+set, t.Name(), 1)
		if err == nil {
			pool.Close()
		}
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "unknown") {
			t.Errorf("%s: %v does not say %s", set, err, name)
		}
	}
}

// The setting synchronous_commit of the database changes while a pool is open. A connection that
// the pool opens afterwards still commits synchronously.
func TestOpenSessionsCommitDurably(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := open(t, url, pg.Timeouts{})
	alter(t, url, `synchronous_commit = off`)
	pool.Reset() // closes all connections, so that the pool opens a new connection
	if have := show(t, pool, "synchronous_commit"); have != "on" {
		t.Errorf("the session has %s", have)
	}
}

func TestConnectionsReadCommitted(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	alter(t, url, `default_transaction_isolation = 'serializable'`)
	if have := show(t, open(t, url, pg.Timeouts{}), "default_transaction_isolation"); have != "read committed" {
		t.Errorf("the session has %s", have)
	}
}

// A session uses the encoding UTF-8, even if the database has another default client_encoding.
func TestConnectionsSendUTF8(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	alter(t, url, `client_encoding = 'LATIN1'`)
	if have := show(t, open(t, url, pg.Timeouts{}), "client_encoding"); have != "UTF8" {
		t.Errorf("the session has %s", have)
	}
}

// A connection pooler may drop the startup parameters of a connection. The session then has the
// default client_encoding of the database. The settings check returns an error if this is not
// UTF-8.
func TestClientEncodingThatAPoolerDrops(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	alter(t, url, `client_encoding = 'LATIN1'`)
	pool, err := pgxpool.New(t.Context(), testdb.ServiceURL(t, url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	err = settings.New(pool, settings.Objects{Tables: schema.Tables}, true, nil).Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "client_encoding is LATIN1") {
		t.Errorf("got %v", err)
	}
}

// A database whose encoding is not UTF-8 is refused, both before and after its migration.
func TestDatabaseOfAnotherEncoding(t *testing.T) {
	t.Parallel()
	url := latin1(t)
	err := present.CheckDatabase(t.Context(), connect(t, url))
	if err == nil || !strings.Contains(err.Error(), "LATIN1") || !strings.Contains(err.Error(), "ENCODING 'UTF8'") {
		t.Errorf("before: %v", err)
	}
	migrate(t, url)
	if err := settingsOf(t, url, true).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "server_encoding is LATIN1") {
		t.Errorf("after: %v", err)
	}
}

// latin1 returns the URL of an empty database with the encoding LATIN1, with the login of its
// owner.
func latin1(t *testing.T) string {
	t.Helper()
	base := testdb.Empty(t)
	server, name := in(t, base, "postgres://server/postgres"), nameOf(t, base)+"_latin1"
	mustRun(t, server, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
	t.Cleanup(func() { mustRun(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return in(t, base, "postgres://server/"+name)
}

// If everybody may create objects in a schema, the program migrate refuses the database before it
// applies a migration. A schema in which only its owner may create objects is accepted.
func TestSchemaInWhichEverybodyMayCreate(t *testing.T) {
	t.Parallel()
	url := testdb.Empty(t)
	look := func() error { return present.CheckDatabase(t.Context(), connect(t, url)) }
	if err := look(); err != nil {
		t.Errorf("nobody else may: %v", err)
	}
	run(t, url, `GRANT CREATE ON SCHEMA public TO PUBLIC`)
	if err := look(); err == nil || !strings.Contains(err.Error(), "REVOKE CREATE ON SCHEMA public FROM PUBLIC") {
		t.Errorf("everybody may: %v", err)
	}
	run(t, url, `REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
	migrate(t, url)
	if err := look(); err != nil {
		t.Errorf("migrated: %v", err)
	}
	run(t, url, `GRANT CREATE ON SCHEMA keys TO PUBLIC`)
	if err := look(); err == nil || !strings.Contains(err.Error(), "keys") {
		t.Errorf("everybody may in keys: %v", err)
	}
}

// settingsOf returns a Checker of the database's settings, on a pool with the service's login.
func settingsOf(t *testing.T, url string, accept bool) *settings.Checker {
	t.Helper()
	return settings.New(open(t, url, pg.Timeouts{}), schema.Objects(), accept, nil)
}

// By default the tests run on a fast server that does not sync to disk. The settings check of a
// program refuses such a server. If the operator accepts an unsafe database, the program starts.
// The check then still reports the unsafe settings.
func TestUnsafeServerIsRefusedUnlessAccepted(t *testing.T) {
	t.Parallel()
	url := testdb.ServiceURL(t, testdb.New(t))
	err := settingsOf(t, url, false).Check(t.Context())
	if testdb.Durable(t) {
		if accepting := settingsOf(t, url, true).Check(t.Context()); err != nil || accepting != nil {
			t.Errorf("a durable server is refused: %v, %v", err, accepting)
		}
		return
	}
	if err == nil || errors.Is(err, settings.ErrAccepted) || !strings.Contains(err.Error(), "UNSAFE_DATABASE") {
		t.Errorf("refused: %v", err)
	}
	accepted := settingsOf(t, url, true).Check(t.Context())
	if !errors.Is(accepted, settings.ErrAccepted) {
		t.Errorf("accepted: %v", accepted)
	}
	for _, setting := range []string{"fsync", "full_page_writes"} {
		if !strings.Contains(err.Error(), setting+" is off") || !strings.Contains(accepted.Error(), setting+" is off") {
			t.Errorf("%s is not named: %v; %v", setting, err, accepted)
		}
	}
}

// Some settings break a guarantee that does not concern durability. A program refuses these
// settings even if the operator accepts an unsafe database. The error does not name the settings
// that the operator has accepted.
func TestSettingsThatBreakAGuarantee(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(t *testing.T, url string) string // arrange returns the service's URL
		want    string
	}{
		"messages are hidden": {func(t *testing.T, url string) string {
			alter(t, url, `client_min_messages = error`)
			return testdb.ServiceURL(t, url)
		}, "client_min_messages is error"},
		"triggers are off": {func(t *testing.T, url string) string {
			alter(t, url, `session_replication_role = replica`)
			return testdb.ServiceURL(t, url)
		}, "session_replication_role is replica"},
		"another table comes first": {func(t *testing.T, url string) string {
			run(t, url, `CREATE SCHEMA other`, `CREATE TABLE other.events (LIKE events)`, `GRANT USAGE ON SCHEMA other TO PUBLIC`)
			alter(t, url, `search_path = other, public`)
			return testdb.ServiceURL(t, url)
		}, "events"},
		"another function comes first": {func(t *testing.T, url string) string {
			alter(t, url, `search_path = public, pg_catalog`)
			return testdb.ServiceURL(t, url)
		}, "pg_catalog"},
		"rows are hidden": {func(t *testing.T, url string) string {
			run(t, url, `ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY`)
			return testdb.ServiceURL(t, url)
		}, "idempotency_keys"},
		"the log may be changed": {after(`ALTER TABLE events DISABLE TRIGGER append_only`), "triggers are as the migrations make them (events.append_only disabled"},
		"the log may be changed by whoever does not fire triggers": {
			after(`ALTER TABLE events ENABLE TRIGGER append_only_truncate`), "triggers are as the migrations make them (events.append_only_truncate not ENABLE ALWAYS"},
		"the log may be changed on a replica only": {after(`ALTER TABLE events ENABLE REPLICA TRIGGER append_only`), "events.append_only disabled"},
		"links may be changed":                     {after(`DROP TRIGGER append_only ON chain_links`), "triggers are as the migrations make them (chain_links.append_only missing"},
		"links anywhere":                           {after(`DROP TRIGGER in_order ON chain_links`), "triggers are as the migrations make them (chain_links.in_order missing"},
		"epochs in any order":                      {after(`ALTER TABLE log_epochs DISABLE TRIGGER USER`), "log_epochs.in_order disabled"},
		"time by any step":                         {after(`DROP TRIGGER by_steps ON elapsed`), "elapsed.by_steps missing"},
		"keys of the erased": {
			after(`ALTER TABLE keys.persons DISABLE TRIGGER refuse_erased`), "keys.persons.refuse_erased disabled"},
		"foreign keys do not hold": {after(`ALTER TABLE keys.lookups DISABLE TRIGGER ALL`), "keys.lookups.RI_ConstraintTrigger"},
		"a trigger of somebody's own is disabled": {
			after(`CREATE TRIGGER mine BEFORE DELETE ON outbox EXECUTE FUNCTION refuse_change()`, `ALTER TABLE outbox DISABLE TRIGGER mine`), "outbox.mine disabled"},
		"a version twice": {after(`ALTER TABLE events DROP CONSTRAINT events_stream_id_version_key`), "constraints are as the migrations make them (events.events_stream_id_version_key missing"},
		"a key twice":     {after(`ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey`), "idempotency_keys.idempotency_keys_pkey missing"},
		"lookups of the erased": {
			after(`ALTER TABLE keys.lookups DROP CONSTRAINT lookups_person_id_fkey`), "keys.lookups.lookups_person_id_fkey missing"},
		"everybody may create in the schema": {after(`GRANT CREATE ON SCHEMA public TO PUBLIC`), "the login may create in schema public: REVOKE CREATE ON SCHEMA"},
		"the login may create in the schema": {func(t *testing.T, url string) string {
			service := testdb.ServiceURL(t, url)
			login := parsed(t, service).User.Username()
			run(t, url, `GRANT CREATE ON SCHEMA keys TO `+login)
			t.Cleanup(func() { mustRun(t, url, `REVOKE CREATE ON SCHEMA keys FROM `+login) })
			return service
		}, "the login may create in schema keys"},
		"the listener is cut": {func(t *testing.T, url string) string {
			service := testdb.ServiceURL(t, url)
			run(t, url, `ALTER ROLE `+parsed(t, service).User.Username()+` SET idle_session_timeout = '1min'`)
			return service
		}, "idle_session_timeout is 1min"},
		"a table goes with a crash": {func(t *testing.T, url string) string {
			run(t, url, `ALTER TABLE outbox SET UNLOGGED`)
			return testdb.ServiceURL(t, url)
		}, "tables are unlogged (outbox): "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := settingsOf(t, test.arrange(t, testdb.New(t)), true).Check(t.Context())
			if err == nil || errors.Is(err, settings.ErrAccepted) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "fsync") {
				t.Errorf("it names what is accepted: %v", err)
			}
		})
	}
}

// after returns a function for the field arrange of a test case. The function runs the statements
// as the owner, and returns the service's URL.
func after(statements ...string) func(t *testing.T, url string) string {
	return func(t *testing.T, url string) string {
		t.Helper()
		run(t, url, statements...)
		return testdb.ServiceURL(t, url)
	}
}

// The engine's lists of triggers and constraints must be complete. If a migration adds a trigger or
// constraint to a table of the engine, this test fails until the lists contain it. When a program
// starts, it checks that the database has all triggers and constraints on the lists.
func TestGuardsAreListed(t *testing.T) {
	t.Parallel()
	const guards = `
		SELECT array_agg(guard ORDER BY guard) FROM (
		    SELECT w.name || '.' || t.tgname || CASE t.tgenabled WHEN 'A' THEN ' always' ELSE '' END AS guard
		    FROM unnest($1::text[]) AS w (name) JOIN pg_trigger t ON t.tgrelid = w.name::regclass WHERE NOT t.tgisinternal
		    UNION ALL
		    SELECT w.name || '.' || c.conname FROM unnest($1::text[]) AS w (name) JOIN pg_constraint c ON c.conrelid = w.name::regclass
		    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
		) AS found`
	var have []string
	if err := open(t, testdb.New(t), pg.Timeouts{}).QueryRow(t.Context(), guards, schema.Tables).Scan(&have); err != nil {
		t.Fatal(err)
	}
	want := slices.Concat(schema.Triggers, schema.Constraints)
	for _, name := range schema.Always {
		want = append(want, name+" always")
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("the migrations make\n%q\nand engine/schema/objects.go lists\n%q", have, want)
	}
}

// Advisory locks do not work behind a pooler that connects to several servers. Some other databases
// use PostgreSQL's protocol, but do not implement advisory locks. The check of locks detects both
// cases.
func TestLocksThatDoNotLock(t *testing.T) {
	t.Parallel()
	for kind, function := range map[string]string{"transaction": "pg_try_advisory_xact_lock", "session": "pg_try_advisory_lock"} {
		url := testdb.New(t)
		run(t, url, `CREATE SCHEMA nolocks`, `GRANT USAGE ON SCHEMA nolocks TO PUBLIC`,
			`CREATE FUNCTION nolocks.`+function+`(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'`)
		if err := pooler.CheckLocks(t.Context(), &open(t, url, pg.Timeouts{}).Config().ConnConfig.Config, pooler.Session); err != nil {
			t.Errorf("%s: locks that lock: %v", kind, err)
		}
		alter(t, url, `search_path = nolocks, pg_catalog, public`)
		err := pooler.CheckLocks(t.Context(), &open(t, url, pg.Timeouts{}).Config().ConnConfig.Config, pooler.Session)
		if !errors.Is(err, pooler.ErrNoLocks) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
