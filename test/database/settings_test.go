package database_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/migrations"
	"example.com/pgcqrs/test/testdb"
)

// alter changes what a database gives to every session that begins now.
func alter(t testing.TB, url, setting string) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	run(t, url, `ALTER DATABASE `+pgx.Identifier{config.Database}.Sanitize()+` SET `+setting)
}

// run runs statements as the owner.
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

// A commit waits for the disk, and for a required standby, whatever the database says; one
// that waits for more goes on doing so.
func TestConnectionsCommitDurably(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{"off": "on", "local": "on", "remote_write": "on", "on": "on", "remote_apply": "remote_apply"} {
		url := testdb.New(t)
		alter(t, url, `synchronous_commit = `+set)
		if have := show(t, open(t, url, database.Timeouts{}), "synchronous_commit"); have != want {
			t.Errorf("the database says %s, and the session has %s, want %s", set, have, want)
		}
		if have := show(t, open(t, testdb.New(t)+"&synchronous_commit="+set, database.Timeouts{}), "synchronous_commit"); have != want {
			t.Errorf("the URL says %s, and the session has %s, want %s", set, have, want)
		}
	}
}

// A session that is open keeps to it when the database changes its mind.
func TestOpenSessionsCommitDurably(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := open(t, url, database.Timeouts{})
	alter(t, url, `synchronous_commit = off`)
	pool.Reset() // the next one is new
	if have := show(t, pool, "synchronous_commit"); have != "on" {
		t.Errorf("the session has %s", have)
	}
}

func TestConnectionsReadCommitted(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	alter(t, url, `default_transaction_isolation = 'serializable'`)
	if have := show(t, open(t, url, database.Timeouts{}), "default_transaction_isolation"); have != "read committed" {
		t.Errorf("the session has %s", have)
	}
}

// settingsOf looks as the service does: through its pool, and as its login.
func settingsOf(t *testing.T, url string, accept bool) *database.Settings {
	t.Helper()
	return database.NewSettings(open(t, url, database.Timeouts{}), migrations.Tables, accept, nil)
}

// A database as the migrations leave it has nothing wrong but what the tests' server is: fast
// and not durable. That is refused unless it is accepted, and then it is still said.
func TestUnsafeServerIsRefusedUnlessAccepted(t *testing.T) {
	t.Parallel()
	url := testdb.ServiceURL(t, testdb.New(t))
	err := settingsOf(t, url, false).Check(t.Context())
	if err == nil || errors.Is(err, database.ErrAccepted) || !strings.Contains(err.Error(), "UNSAFE_DATABASE") {
		t.Errorf("refused: %v", err)
	}
	accepted := settingsOf(t, url, true).Check(t.Context())
	if !errors.Is(accepted, database.ErrAccepted) {
		t.Errorf("accepted: %v", accepted)
	}
	for _, setting := range []string{"fsync", "full_page_writes"} {
		if !strings.Contains(err.Error(), setting+" is off") || !strings.Contains(accepted.Error(), setting+" is off") {
			t.Errorf("%s is not named: %v; %v", setting, err, accepted)
		}
	}
}

// A setting that breaks a guarantee without costing durability is refused whatever is accepted.
func TestSettingsThatBreakAGuarantee(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(t *testing.T, url string) string // and returns the service's URL
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
		"a table goes with a crash": {func(t *testing.T, url string) string {
			run(t, url, `ALTER TABLE outbox SET UNLOGGED`)
			return testdb.ServiceURL(t, url)
		}, "outbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := settingsOf(t, test.arrange(t, testdb.New(t)), true).Check(t.Context())
			if err == nil || errors.Is(err, database.ErrAccepted) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Locks that do not lock are those of a pooler that leads to several servers, and of what
// speaks PostgreSQL's protocol without having them.
func TestLocksThatDoNotLock(t *testing.T) {
	t.Parallel()
	for kind, function := range map[string]string{"transaction": "pg_try_advisory_xact_lock", "session": "pg_try_advisory_lock"} {
		url := testdb.New(t)
		run(t, url, `CREATE SCHEMA nolocks`, `GRANT USAGE ON SCHEMA nolocks TO PUBLIC`,
			`CREATE FUNCTION nolocks.`+function+`(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'`)
		if err := settingsOf(t, url, true).CheckLocks(t.Context(), database.Session); err != nil {
			t.Errorf("%s: locks that lock: %v", kind, err)
		}
		alter(t, url, `search_path = nolocks, pg_catalog, public`)
		err := settingsOf(t, url, true).CheckLocks(t.Context(), database.Session)
		if !errors.Is(err, database.ErrNoLocks) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
