//go:build all && unix

package replica_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
)

// startRequired starts a primary and a standby, and makes commits wait for the standby.
func startRequired(t *testing.T) pair {
	t.Helper()
	p := startPair(t)
	execute(t, p.primary, `ALTER DATABASE pgcqrs SET synchronous_commit = on`)
	p.require(t)
	const state = `SELECT coalesce(max(sync_state), '') = 'sync' FROM pg_stat_replication`
	await.True(t, "the standby is waited for", func() bool { return ask[bool](t, p.primary, state) })
	return p
}

// require makes commits wait for the standby. require returns once the sessions have the new
// setting.
func (p pair) require(t *testing.T) {
	t.Helper()
	execute(t, p.primary, `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	execute(t, p.primary, `SELECT pg_reload_conf()`)
}

// ask returns the single value that an SQL query selects.
func ask[V any](t *testing.T, url, sql string, args ...any) (value V) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), await.Within)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, sql, args...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// waiting returns the process id of the server session in which a program's commit waits for the
// standby, or 0 if none waits.
func (p pair) waiting(t *testing.T, program string) int32 {
	t.Helper()
	const sql = `SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = $1`
	return ask[int32](t, p.primary, sql, program)
}

// loseStandby ends the standby, so that it receives no later commits.
func (p pair) loseStandby(t *testing.T) {
	t.Helper()
	if err := p.standby.Kill(); err != nil {
		t.Fatal(err)
	}
}

// regainStandby starts the standby again, and waits until it has caught up.
func (p pair) regainStandby(t *testing.T) {
	t.Helper()
	if err := p.standby.Relaunch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// crash kills the primary and starts it again. The primary then recovers from its WAL.
func (p pair) crash(t *testing.T) {
	t.Helper()
	if err := p.server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.server.Relaunch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// promote ends the primary permanently and promotes the standby.
func (p pair) promote(t *testing.T) {
	t.Helper()
	if err := p.server.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.standby.Exited():
		p.regainStandby(t)
	default:
	}
	if !ask[bool](t, p.reads, `SELECT pg_promote()`) {
		t.Fatal("the standby is not promoted")
	}
}
