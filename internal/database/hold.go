package database

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Times of Hold.
const (
	holdRetry  = time.Second     // looks for the lock so often
	StallAfter = 5 * time.Second // a holder that has been silent for so long loses it
)

// Hold runs work while it holds the session lock of this name, and waits for it
// first. Lock and work share a connection, which closes when work returns: neither
// outlives the other, and a process that dies lets go at once. work must use the
// connection at least every few seconds: a session that holds the lock and has been
// silent for StallAfter belongs to a process that is frozen or cut off, and
// whoever waits for the lock ends it.
func Hold(ctx context.Context, pool *pgxpool.Pool, name string, work func(ctx context.Context, conn *pgx.Conn) error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire connection: %w", err)
	}
	defer conn.Release()
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), StallAfter)
		defer cancel()
		_ = conn.Conn().Close(closing)
	}()
	if err := waitForLock(ctx, conn.Conn(), name); err != nil {
		return fmt.Errorf("wait for lock %q: %w", name, err)
	}
	return work(ctx, conn.Conn())
}

func waitForLock(ctx context.Context, conn *pgx.Conn, name string) error {
	const sql = `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`
	for {
		var taken bool
		if err := conn.QueryRow(ctx, sql, name).Scan(&taken); err != nil || taken {
			return err
		}
		if err := evictSilent(ctx, conn, name); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(holdRetry):
		}
	}
}

// evictSilent ends the session that holds the lock if the server has been waiting
// for its next word for longer than StallAfter. It needs no special right: the
// session is of the same role.
func evictSilent(ctx context.Context, conn *pgx.Conn, name string) error {
	const sql = `
		WITH key AS (SELECT hashtextextended($1, 0) AS key)
		SELECT count(pg_terminate_backend(l.pid))
		FROM key
		JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		     AND l.classid = ((key >> 32) & 4294967295)::oid AND l.objid = (key & 4294967295)::oid
		JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = l.database AND a.datname = current_database()
		WHERE a.wait_event = 'ClientRead' AND greatest(a.state_change, a.query_start) < clock_timestamp() - $2::interval`
	_, err := conn.Exec(ctx, sql, name, StallAfter)
	return err
}
