package http_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// execute runs SQL statements as the owner of the database.
func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// With some settings, a database may lose acknowledged writes. By default the programs refuse to
// start on such a database. If the operator accepts the database with the variable UNSAFE_DATABASE,
// the programs start. The unsafe settings are then reported by /readyz and the metrics all the
// time, and by the log once, with the level INFO.
func TestUnsafeDatabase(t *testing.T) {
	t.Parallel()
	where := "DATABASE_URL=" + testdb.ServiceURL(t, testdb.New(t))
	for _, name := range []string{"api", "projector"} {
		if testdb.Durable(t) { // TEST_DATABASE_URL points to a durable server
			launch(t, name, where, "UNSAFE_DATABASE=")
			continue
		}
		said := programs.Refused(t, name, where, "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0")
		for _, want := range []string{"DATABASE_URL", "fsync is off", "full_page_writes is off", "UNSAFE_DATABASE=accept"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q: %s", name, want, said)
			}
		}
		p := launch(t, name, where)
		if _, text := p.Probe("/readyz"); !strings.Contains(text, "accepted: database settings") {
			t.Errorf("%s: /readyz says %s", name, text)
		}
		for _, line := range []string{`database_setting_unsafe{setting="fsync"} 1`, `database_setting_unsafe{setting="search_path"} 0`} {
			if !strings.Contains(p.Metrics(), "\n"+line) {
				t.Errorf("%s: %s is missing", name, line)
			}
		}
		p.Ready()
		log := p.Said()
		if strings.Count(log, "not durable, which is accepted") != 1 || strings.Count(log, "fsync is off") != 1 {
			t.Errorf("%s: the log does not say once what is accepted: %s", name, log)
		}
		for line := range strings.Lines(log) {
			asked := strings.Contains(line, `"AUTH=off`) || strings.Contains(line, `"NATS_URL is empty`) || strings.Contains(line, `"WORKFLOWS is off`) // the test itself causes these lines
			if !asked && !strings.Contains(line, `"level":"INFO"`) {
				t.Errorf("%s: it warns of a database that is accepted, or of its own start: %s", name, line)
			}
		}
	}
}

// A setting of the database becomes unsafe while a process runs. The process then reports that it
// is not ready, and logs the cause.
func TestSettingsThatGoWrongLater(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	where := "DATABASE_URL=" + testdb.ServiceURL(t, url)
	both := []*programs.Program{launch(t, "api", where), launch(t, "projector", where)}
	execute(t, url, `ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY`)
	for _, p := range both {
		await.True(t, "it is not ready", func() bool { return p.Ready() == http.StatusServiceUnavailable })
		if _, text := p.Probe("/readyz"); !strings.Contains(text, "database settings") {
			t.Errorf("/readyz says %s", text)
		}
		await.True(t, "it logs that", func() bool { return strings.Contains(p.Said(), "row_security is on for idempotency_keys") })
	}
	execute(t, url, `ALTER TABLE idempotency_keys DISABLE ROW LEVEL SECURITY`)
	for _, p := range both {
		await.True(t, "it is ready", func() bool { return p.Ready() == http.StatusOK })
	}
}

// Any login may take any advisory lock, because PostgreSQL has no rights for these locks. The API's
// login could therefore take a lock of the projector. In this case the projector immediately
// reports that it is not ready, even if there are no new events. The projector logs the session and
// the login that has the lock.
func TestLocksThatAStrangerHolds(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	stranger := testdb.As(t, url, role.API)
	projector := launch(t, "projector", projects(t, url)...)
	for _, take := range []string{`pg_advisory_lock`, `pg_advisory_lock_shared`} {
		foreign, err := pgx.Connect(t.Context(), stranger)
		if err != nil {
			t.Fatal(err)
		}
		await.True(t, "it is ready", func() bool { return projector.Ready() == http.StatusOK })
		if _, err := foreign.Exec(t.Context(), `SELECT `+take+`(hashtextextended('reconcile', 0))`); err != nil {
			t.Fatal(err)
		}
		await.True(t, "it is not ready", func() bool { return projector.Ready() == http.StatusServiceUnavailable })
		who := fmt.Sprintf(`(server process %d, login %s)`, foreign.PgConn().PID(), foreign.Config().User)
		await.True(t, "it logs that", func() bool { return strings.Contains(projector.Said(), who) })
		if err := foreign.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	await.True(t, "it is ready", func() bool { return projector.Ready() == http.StatusOK })
}

// An attacker who has stolen a program's login may change the default search_path of this login.
// Even then, the program finds its tables when it starts the next time.
func TestLoginThatChangesItsSearchPath(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	for name, role := range map[string]string{"api": role.API, "projector": role.Projector} {
		login := testdb.As(t, url, role)
		execute(t, login, `DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET search_path = pg_catalog', current_user); END $$`)
		launch(t, name, "DATABASE_URL="+login, "WORKFLOWS=off")
	}
}
