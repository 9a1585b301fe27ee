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
	holdRetry  = time.Second      // looks for the lock so often
	lookFor    = 10 * time.Second // bounds one look: a connection may have died unheard
	StallAfter = 5 * time.Second  // a holder that has been silent for so long loses it
	deafAfter  = 3 * StallAfter   // one that has not taken in an answer for so long, too
)

// Hold runs work while it holds the session lock of this name, and waits for it
// first. Lock and work share a connection, which closes when work returns: neither
// outlives the other, and a process that dies lets go at once. work must use the
// connection at least every few seconds: a session that holds the lock and has been
// silent for StallAfter belongs to a process that is frozen or cut off, and
// whoever waits for the lock ends it. That takes the holder's own role, or the
// rights of pg_read_all_stats and pg_signal_backend.
func Hold(ctx context.Context, pool *pgxpool.Pool, name string, work func(ctx context.Context, conn *pgx.Conn) error) error {
	conn, err := acquire(ctx, pool)
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

func acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	return pool.Acquire(ctx)
}

func waitForLock(ctx context.Context, conn *pgx.Conn, name string) error {
	for {
		if taken, err := tryLock(ctx, conn, name); err != nil || taken {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(holdRetry):
		}
	}
}

// tryLock takes the lock if it is free, and sees to it that it will be.
func tryLock(ctx context.Context, conn *pgx.Conn, name string) (taken bool, err error) {
	const sql = `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	if err := conn.QueryRow(ctx, sql, name).Scan(&taken); err != nil || taken {
		return taken, err
	}
	return false, evictSilent(ctx, conn, name)
}

// evictSilent ends the session that holds the lock if the server has been waiting
// for its next word for longer than StallAfter, or for deafAfter to take in an answer.
func evictSilent(ctx context.Context, conn *pgx.Conn, name string) error {
	const sql = `
		WITH key AS (SELECT hashtextextended($1, 0) AS key)
		SELECT count(pg_terminate_backend(l.pid))
		FROM key
		JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		     AND l.classid = ((key >> 32) & 4294967295)::oid AND l.objid = (key & 4294967295)::oid
		JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = l.database AND a.datname = current_database()
		WHERE greatest(a.state_change, a.query_start) < clock_timestamp() -
		      CASE a.wait_event WHEN 'ClientRead' THEN $2::interval WHEN 'ClientWrite' THEN $3::interval END`
	_, err := conn.Exec(ctx, sql, name, StallAfter, deafAfter)
	return err
}
