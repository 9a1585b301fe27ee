package lock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Times of Hold.
const (
	holdRetry  = time.Second      // pause of Hold before it tries to take the lock again
	askFor     = 10 * time.Second // time limit of one query, because a broken connection may give no error
	StallAfter = 5 * time.Second  // a session that has sent nothing for this long loses the lock
	deafAfter  = 3 * StallAfter   // a session to which the server has tried to send an answer for this long loses the lock, too
)

// Hold waits for the session lock with the given name, calls the function work, and keeps the lock
// until work returns. The lock and the work share one connection, which Hold closes when work
// returns. So the lock ends when the work ends, and the work ends when the lock is lost. A process
// that dies loses the lock immediately. The function work must use the connection at least every
// few seconds. If the session that holds the lock has sent nothing for StallAfter, its process is
// frozen or disconnected. A session that waits for the lock then ends the silent session. For that,
// the login of the waiting session must have the role of the silent session's login, or the rights
// of pg_read_all_stats and pg_signal_backend.
func Hold(ctx context.Context, pool *pgxpool.Pool, name string, work func(ctx context.Context, conn *pgx.Conn) error) error {
	return onOwn(ctx, pool, func(conn *pgx.Conn) error {
		if err := waitForLock(ctx, conn, name); err != nil {
			return fmt.Errorf("wait for lock %q: %w", name, err)
		}
		return work(ctx, conn)
	})
}

// ErrHeld means that another session holds the lock, and that the process of this session still
// works.
var ErrHeld = errors.New("it is held")

// TryHold does what Hold does, but does not wait for the lock. If another session holds the lock,
// TryHold returns ErrHeld with a description of that session.
func TryHold(ctx context.Context, pool *pgxpool.Pool, name string, work func(ctx context.Context, conn *pgx.Conn) error) error {
	return onOwn(ctx, pool, func(conn *pgx.Conn) error {
		for try := 0; ; try++ {
			taken, err := tryLock(ctx, conn, name)
			switch {
			case err != nil:
				return fmt.Errorf("take lock %q: %w", name, err)
			case taken:
				return work(ctx, conn)
			case try == 1: // the first try has ended a silent session
				holders, err := Holders(ctx, conn, name)
				return errors.Join(fmt.Errorf("%w by %s", ErrHeld, holders[name]), err)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(holdRetry):
			}
		}
	})
}

// onOwn calls the function work with a connection of the pool, and then closes the connection.
func onOwn(ctx context.Context, pool *pgxpool.Pool, work func(conn *pgx.Conn) error) error {
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
	return work(conn.Conn())
}

func acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
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

// tryLock takes the lock if no session holds it. If another session holds the lock, tryLock returns
// false, and also ends that session if its process seems frozen.
func tryLock(ctx context.Context, conn *pgx.Conn, name string) (taken bool, err error) {
	const sql = `SELECT k.key, pg_try_advisory_lock(k.key) FROM hashtextextended($1, 0) AS k (key)`
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	var key int64
	if err := conn.QueryRow(ctx, sql, name).Scan(&key, &taken); err != nil || taken {
		return taken, err
	}
	return false, EvictSilent(ctx, conn, key)
}

// Execer is implemented by a pool and a connection.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// EvictSilent ends the session that holds an advisory lock if this session is silent. A session is
// silent if the server has waited for the session's next statement for longer than StallAfter. A
// session is also silent if the server has tried to send an answer to the session for longer than
// deafAfter.
func EvictSilent(ctx context.Context, on Execer, key int64) error {
	const sql = `
		SELECT count(pg_terminate_backend(l.pid))
		FROM pg_locks l
		JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = l.database AND a.datname = current_database()
		WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		  AND l.classid = (($1::bigint >> 32) & 4294967295)::oid AND l.objid = ($1::bigint & 4294967295)::oid
		  AND greatest(a.state_change, a.query_start) < clock_timestamp() -
		      CASE a.wait_event WHEN 'ClientRead' THEN $2::interval WHEN 'ClientWrite' THEN $3::interval END`
	_, err := on.Exec(ctx, sql, key, StallAfter, deafAfter)
	return err
}
