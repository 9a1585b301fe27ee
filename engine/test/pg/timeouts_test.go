// Package pg_test checks, on real PostgreSQL servers, the settings and timeouts of connections, and
// the logins, roles and rights that the program migrate creates.
package pg_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg"
)

func open(t testing.TB, url string, timeouts pg.Timeouts) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Pool{Name: t.Name(), MaxConns: 1, Timeouts: timeouts}.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// checkEnded expects that a statement has failed in time and with this SQLSTATE, and that the only
// connection of the pool can be used again.
func checkEnded(t *testing.T, pool *pgxpool.Pool, started time.Time, err error, state string) {
	t.Helper()
	if took := time.Since(started); took > await.Within/2 {
		t.Errorf("that took %s", took)
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != state {
		t.Errorf("got %v, want SQLSTATE %s", err, state)
	}
	if _, err := pool.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Errorf("the pool has not recovered: %v", err)
	}
}

func TestStatementThatHangsIsEnded(t *testing.T) {
	t.Parallel()
	pool := open(t, testdb.New(t), pg.Timeouts{Statement: 200 * time.Millisecond})
	started := time.Now()
	_, err := pool.Exec(t.Context(), `SELECT pg_sleep(60)`)
	checkEnded(t, pool, started, err, "57014")
}

// The lock timeout also limits the wait for an advisory lock.
func TestWaitForALockIsEnded(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	if _, err := open(t, url, pg.Timeouts{}).Exec(t.Context(), `SELECT pg_advisory_lock(1)`); err != nil {
		t.Fatal(err)
	}
	pool := open(t, url, pg.Timeouts{Lock: 200 * time.Millisecond})
	started := time.Now()
	_, err := pool.Exec(t.Context(), `SELECT pg_advisory_xact_lock(1)`)
	checkEnded(t, pool, started, err, "55P03")
}

// If a process freezes in the middle of a transaction, the idle timeout of the server ends the
// transaction and releases its locks.
func TestTransactionThatSitsIsEnded(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := open(t, url, pg.Timeouts{Idle: 200 * time.Millisecond})
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(1)`); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if _, err := open(t, url, pg.Timeouts{Lock: await.Within}).Exec(t.Context(), `SELECT pg_advisory_xact_lock(1)`); err != nil {
		t.Errorf("its lock is still held: %v", err)
	}
	_, err = tx.Exec(t.Context(), `SELECT 1`)
	if err == nil {
		t.Error("the transaction goes on")
	}
	_ = tx.Rollback(t.Context())
	var state *pgconn.PgError
	if !errors.As(err, &state) {
		state = &pgconn.PgError{Code: "25P03"} // the connection was closed, without another error
	}
	checkEnded(t, pool, started, state, "25P03")
}

// A timeout in the database URL takes precedence over the timeout of the program.
func TestURLOverridesTimeouts(t *testing.T) {
	t.Parallel()
	pool := open(t, testdb.New(t)+"&statement_timeout=7000", pg.Timeouts{Statement: time.Second})
	var have string
	if err := pool.QueryRow(t.Context(), `SHOW statement_timeout`).Scan(&have); err != nil || have != "7s" {
		t.Error(have, err)
	}
}

// BenchmarkStatement shows that the timeouts do not make statements slower, because they are set
// only once for each connection.
func BenchmarkStatement(b *testing.B) {
	url := testdb.New(b)
	for name, timeouts := range map[string]pg.Timeouts{
		"none":    {},
		"bounded": {Statement: 15 * time.Second, Lock: 12 * time.Second, Idle: 10 * time.Second},
	} {
		b.Run(name, func(b *testing.B) {
			pool := open(b, url, timeouts)
			for b.Loop() {
				if _, err := pool.Exec(b.Context(), `SELECT 1`, pgx.QueryExecModeCacheStatement); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
