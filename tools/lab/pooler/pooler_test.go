//go:build all && unix

// Package pooler_test tests the service behind a real PgBouncer. It also tests that the service
// reports settings of the pooler with which the service can't work.
package pooler_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/test/testdb"
)

var bounds = pg.Timeouts{Statement: 15 * time.Second, Lock: 12 * time.Second, Idle: 10 * time.Second}

const ignoring = "ignore_startup_parameters = " + ignored

func poolOf(name string, needs pooler.Needs) pg.Pool {
	return pg.Pool{Name: name, MaxConns: 4, Needs: needs}
}

// open opens a connection pool, and closes it again. If the service refuses to work with the pooler
// (PgBouncer), open returns the service's error.
func open(t *testing.T, pool pg.Pool, url string) error {
	t.Helper()
	opened, err := pool.Open(t.Context(), url)
	if err == nil {
		opened.Close()
	}
	return err
}

// If a connection pool of the service needs session locks, opening the pool through a pooler in
// transaction mode fails. Every attempt fails, whichever database session the pooler uses.
func TestTransactionModeHasNoSessions(t *testing.T) {
	t.Parallel()
	database0 := testdb.New(t)
	for _, settings := range []string{"", "server_round_robin = 1\n", "default_pool_size = 1\n", "max_prepared_statements = 100\n"} {
		if strings.HasPrefix(settings, "max_prepared") && !keepsPrepared(t) {
			continue
		}
		url := pgbouncer(t, database0, "transaction", settings+ignoring)
		for range 5 {
			if err := open(t, poolOf(t.Name(), pooler.Session), url); !errors.Is(err, pooler.ErrNoSession) {
				t.Fatalf("%q: %v", settings, err)
			}
		}
	}
}

// A pooler in transaction mode may use its database sessions in rotation. Such a pooler also lets
// several clients share a session, so the service refuses it.
func TestTransactionModeInTurns(t *testing.T) {
	t.Parallel()
	for _, sessions := range []int{2, 3} {
		url := pgbouncer(t, testdb.New(t), "transaction", "server_round_robin = 1\n"+ignoring)
		warm(t, url, sessions)
		if err := open(t, poolOf(t.Name(), pooler.Session), url); !errors.Is(err, pooler.ErrNoSession) {
			t.Errorf("%d sessions: %v", sessions, err)
		}
	}
}

// warm makes the pooler (PgBouncer) open the given number of database sessions.
func warm(t *testing.T, url string, sessions int) {
	t.Helper()
	config, err := dsn.Config(url, t.Name())
	if err != nil {
		t.Fatal(err)
	}
	for range sessions {
		conn, err := pgconn.ConnectConfig(t.Context(), &config.ConnConfig.Config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), `BEGIN`).ReadAll(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := conn.Exec(t.Context(), `ROLLBACK`).ReadAll(); err != nil {
				t.Error(err)
			}
			_ = conn.Close(t.Context())
		}()
	}
}

// The service listens for notifications on a separate connection. For this connection, too, the
// service refuses a pooler in transaction mode.
func TestTransactionModeSwallowsNotifications(t *testing.T) {
	t.Parallel()
	config, err := dsn.Config(pgbouncer(t, testdb.New(t), "transaction", ignoring), t.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := pooler.Check(t.Context(), config.ConnConfig, pooler.Session); !errors.Is(err, pooler.ErrNoSession) {
		t.Fatal(err)
	}
}

// In transaction mode, a pooler may lose prepared statements. The service refuses such a pooler,
// and works with a pooler that supports prepared statements.
func TestPreparedStatementsInTransactionMode(t *testing.T) {
	t.Parallel()
	database0 := testdb.New(t)
	for _, settings := range []string{"", "server_round_robin = 1\n", "default_pool_size = 1\n"} {
		for range 3 {
			if err := open(t, poolOf(t.Name(), pooler.Prepared), pgbouncer(t, database0, "transaction", settings+ignoring)); !errors.Is(err, pooler.ErrNoPrepared) {
				t.Fatalf("%q: %v", settings, err)
			}
		}
	}
	if keepsPrepared(t) {
		works(t, pgbouncer(t, database0, "transaction", "max_prepared_statements = 100\n"+ignoring), pooler.Prepared)
	}
}

// The service can append, project and receive notifications through a pooler in session mode, and
// also without a pooler.
func TestSessionModeWorks(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	works(t, url, pooler.Session)
	through := pgbouncer(t, tank.Database(t), "session", ignoring)
	works(t, through, pooler.Session)
}

// If all sessions of a pooler in session mode are in use, the service must not take this pooler for
// a pooler that shares sessions.
func TestFullPoolInSessionMode(t *testing.T) {
	t.Parallel()
	url := pgbouncer(t, testdb.New(t), "session", "default_pool_size = 1\n"+ignoring)
	if err := open(t, pg.Pool{Name: t.Name(), MaxConns: 1, Needs: pooler.Session}, url); err != nil {
		t.Fatal(err)
	}
}

// works checks that the service can append, project and receive notifications.
func works(t *testing.T, url string, needs pooler.Needs) {
	t.Helper()
	pool, err := poolOf(t.Name(), needs).Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode})
	await.Background(t, store.Run)
	id := uuid.New()
	appended, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: event.NoStream,
		Events: []event.Event{tank.Built{Place: "north"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if needs != pooler.Session {
		return
	}
	config, err := dsn.Config(url, t.Name())
	if err != nil {
		t.Fatal(err)
	}
	listener := notify.NewListener(config.ConnConfig, slog.New(slog.DiscardHandler), nil)
	projector := projection.NewProjector(pool, store, projection.Config{Decode: tank.Decode, Subscribe: listener.Subscribe, Poll: time.Minute, Logger: slog.New(slog.DiscardHandler)})
	tank.Levels.AddTo(projector)
	await.Background(t, listener.Run)
	await.Background(t, projector.Run)
	waiting, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := position.NewPoller(pool).Wait(waiting, tank.Levels.Name, appended.Position); err != nil {
		t.Fatal(err)
	}
}

// A pooler may refuse connections because it does not know the service's startup parameters. Or it
// may ignore the timeouts without an error. In both cases, the service's error says how the pooler
// must be configured.
func TestPoolerAndTimeouts(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	bounded := pg.Pool{Name: t.Name(), MaxConns: 2, Needs: pooler.Session, Timeouts: bounds}
	check := func(settings, want string) {
		t.Helper()
		if err := open(t, bounded, pgbouncer(t, url, "session", settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	check("", ignoring)
	check(ignoring, "ALTER ROLE")
	set(t, url, `statement_timeout = '15s'`, `lock_timeout = '12s'`, `idle_in_transaction_session_timeout = '10s'`)
	if err := open(t, bounded, pgbouncer(t, url, "session", ignoring)); err != nil {
		t.Error(err)
	}
}

// set changes the settings that the database applies to every new session.
func set(t *testing.T, url string, settings ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, setting := range settings {
		name := pgx.Identifier{conn.Config().Database}.Sanitize()
		if _, err := conn.Exec(t.Context(), `ALTER DATABASE `+name+` SET `+setting); err != nil {
			t.Fatal(err)
		}
	}
}
