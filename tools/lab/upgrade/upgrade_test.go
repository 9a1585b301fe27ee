//go:build all

package upgrade_test

import (
	"context"
	"database/sql"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/await"
	engine "example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/test/testdb"
)

const each = 2 // number of API processes, and of projectors

// deployment is a running service whose programs are replaced.
type deployment struct {
	t          *testing.T
	database   string
	fleet      fleet
	running    map[string][]*instance
	clientele  *clientele
	serviceURL string
}

func deploy(t *testing.T, r release) *deployment {
	t.Helper()
	d := &deployment{t: t, database: testdb.Empty(t), running: make(map[string][]*instance)}
	r.migrate(t, d.database)
	d.serviceURL = "DATABASE_URL=" + testdb.ServiceURL(t, d.database)
	for range each {
		d.add("projector", r)
		d.add("api", r)
	}
	d.clientele = startClients(t, &d.fleet)
	d.goOn()
	return d
}

func (d *deployment) add(name string, r release) {
	d.t.Helper()
	i := r.start(d.t, name, d.serviceURL)
	d.running[name] = append(d.running[name], i)
	if name == "api" {
		d.fleet.add(i)
	}
}

// roll replaces the processes of a program one after another.
func (d *deployment) roll(name string, to release) {
	d.t.Helper()
	for range each {
		d.add(name, to)
		old := d.running[name][0]
		d.running[name] = d.running[name][1:]
		old.stop()
		d.goOn()
	}
}

// goOn waits until the clients have received some more answers.
func (d *deployment) goOn() {
	d.t.Helper()
	from := d.clientele.answers.Load()
	await.True(d.t, "the clients are answered", func() bool { return d.clientele.answers.Load() > from+100 })
}

// check stops the clients, and checks that every answer was a success and that the service has lost
// nothing.
func (d *deployment) check() {
	d.t.Helper()
	answers := d.clientele.stop(d.t)
	var head, behind, unlinked, sum, parked int64
	await.True(d.t, "everything is projected and linked", func() bool {
		query(d.t, d.database, `SELECT (SELECT max(position) FROM events), (SELECT 2 * max(position) FROM events) - (SELECT sum(position) FROM checkpoints WHERE projection IN ('balances', 'statements')),
			(SELECT max(position) FROM events) - (SELECT coalesce(max(position), 0) FROM chain_links), (SELECT sum(balance)::bigint FROM balances), (SELECT count(*) FROM parked_streams)`, &head, &behind, &unlinked, &sum, &parked)
		return behind == 0 && unlinked == 0
	})
	if sum != d.clientele.deposits.Load() || parked != 0 || head != sum+clients {
		d.t.Errorf("%d deposits were answered; the balances add up to %d, the log has %d events of %d accounts, %d streams are parked", d.clientele.deposits.Load(), sum, head, clients, parked)
	}
	d.t.Logf("%d answers, all good", answers)
}

func query(t *testing.T, url, sql string, into ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), await.Within)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if len(into) == 0 {
		_, err = conn.Exec(ctx, sql)
	} else {
		err = conn.QueryRow(ctx, sql).Scan(into...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The programs of the previous release and of this release run together on the new schema. This
// test replaces the old programs by the new ones under load, and then the new programs by the old
// ones. No request of a client may fail.
func TestUpgradeUnderLoad(t *testing.T) {
	t.Parallel()
	old := before
	if from == "" {
		old = today // without a git history, today's programs replace each other
	}
	for name, order := range map[string][2]string{"projectors first": {"projector", "api"}, "APIs first": {"api", "projector"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Logf("from commit %q", from)
			d := deploy(t, old)
			today.migrate(t, d.database)
			d.goOn()
			d.roll(order[0], today)
			d.roll(order[1], today)
			d.roll(order[0], old)
			d.roll(order[1], old)
			d.check()
		})
	}
}

// This test changes the schema as a later release may do. The programs of this release must work on
// the changed schema: both programs that already run and programs that start later.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	d := deploy(t, today)
	for _, expand := range []string{
		`ALTER TABLE events ADD COLUMN next text`, `ALTER TABLE outbox ADD COLUMN next text NOT NULL DEFAULT 'x'`,
		`ALTER TABLE checkpoints ADD COLUMN next text`, `ALTER TABLE idempotency_keys ADD COLUMN next text`, `ALTER TABLE parked_streams ADD COLUMN next text`,
		`ALTER TABLE balances ADD COLUMN next text`, `ALTER TABLE statement_lines ADD COLUMN next text`,
		`CREATE TABLE next (id bigint PRIMARY KEY)`, `CREATE INDEX CONCURRENTLY next_by_type ON events (type)`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`,
	} {
		query(t, d.database, expand)
		d.goOn()
	}
	d.roll("projector", today)
	d.roll("api", today)
	d.check()
}

// If a program finds an older schema in the database than it needs, the program ends, and its error
// says what to do.
func TestOlderSchema(t *testing.T) {
	t.Parallel()
	database := testdb.New(t)
	query(t, database, `DELETE FROM engine_version WHERE version_id = (SELECT max(version_id) FROM engine_version)`)
	refuse(t, database, "run cmd/migrate")
}

// cmd/migrate refuses a database of an unreleased version of the service, and does not change the
// database.
func TestUnreleasedSchema(t *testing.T) {
	t.Parallel()
	database := testdb.New(t)
	query(t, database, `DROP TABLE engine_version; UPDATE goose_db_version SET version_id = 30 WHERE version_id <> 0`)
	refuse(t, database, "made by an unreleased version")
	command := exec.Command(filepath.Join(string(today), "migrate"))
	command.Env = []string{"DATABASE_URL=" + database}
	if output, err := command.CombinedOutput(); err == nil || !strings.Contains(string(output), "nothing was done: this database was made by an unreleased version") {
		t.Errorf("migrate: %v: %s", err, output)
	}
	var there bool
	if query(t, database, `SELECT to_regclass('engine_version') IS NOT NULL`, &there); there {
		t.Error("migrate has begun")
	}
}

// refuse starts the programs, and checks that each program ends with an error that says what to do.
func refuse(t *testing.T, database, says string) {
	t.Helper()
	for _, name := range []string{"api", "projector"} {
		command := exec.Command(filepath.Join(string(today), name))
		command.Env = []string{"DATABASE_URL=" + database, "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0"}
		ended := time.AfterFunc(await.Within, func() { _ = command.Process.Kill() })
		output, err := command.CombinedOutput()
		ended.Stop()
		if err == nil || !strings.Contains(string(output), says) {
			t.Errorf("%s: %v: %s", name, err, output)
		}
	}
}

// A migration may have to lock a table that is in use. While the migration waits for the lock, the
// migration does not block other sessions. The migration retries until it gets the lock.
func TestMigrationBehindALongTransaction(t *testing.T) {
	t.Parallel()
	database := testdb.Empty(t)
	migrateEngine(t, database) // only the engine's migrations, because the sample's migration creates a trigger on events and so waits for all transactions that wrote to events
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `BEGIN; DELETE FROM events WHERE false`); err != nil {
		t.Fatal(err)
	}
	migrated := make(chan error, 1)
	command := exec.Command(filepath.Join(string(today), "migrate"))
	command.Env = []string{"DATABASE_URL=" + database}
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	go func() { migrated <- command.Run() }()
	var longest time.Duration
	for until := time.Now().Add(4 * time.Second); time.Now().Before(until); {
		began := time.Now()
		query(t, database, `DELETE FROM events WHERE false`)
		longest = max(longest, time.Since(began))
	}
	if _, err := conn.Exec(ctx, `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := <-migrated; err != nil || !strings.Contains(said.String(), "a table is in use") {
		t.Fatalf("migrate: %v\n%s", err, said.String())
	}
	if longest > 2*time.Second {
		t.Errorf("somebody else waited %v for the table", longest)
	}
	t.Logf("somebody else waited %v at most; migrate said\n%s", longest, said.String())
}

func migrateEngine(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	provider, err := apply.Provider(engine.Engine, db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}
