package pooler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/failure"
)

// ErrNoLocks says that advisory locks do not lock.
var ErrNoLocks = errors.New("advisory locks do not lock: two sessions hold the same one. The URL leads to several servers, " +
	"or to one that only speaks PostgreSQL's protocol: lead it to one PostgreSQL server")

// CheckLocks takes an advisory lock in two sessions, and fails if both get it: a transaction's
// lock, and also a session's if those are needed. A login that may take none, because the operator
// has restricted them, passes if none are needed.
func CheckLocks(ctx context.Context, config *pgconn.Config, needs Needs) error {
	ctx, cancel := context.WithTimeout(ctx, LookFor)
	defer cancel()
	first, err := pgconn.ConnectConfig(ctx, config.Copy())
	if err != nil {
		return dsn.Hide(err)
	}
	defer Close(first)
	probing, cancel := context.WithTimeout(ctx, probeFor)
	defer cancel()
	second, err := pgconn.ConnectConfig(probing, config.Copy())
	if err != nil {
		return dsn.Hide(fullPool(ctx, err))
	}
	defer Close(second)
	err = locksLock(probing, first, second, "_xact")
	if failure.Is(err, failure.NoRight) && needs != Session {
		return nil
	}
	if err != nil || needs != Session {
		return dsn.Hide(fullPool(ctx, err))
	}
	return dsn.Hide(fullPool(ctx, locksLock(probing, first, second, "")))
}

// locksLock takes a lock of a kind, which is part of the functions' names, in two sessions.
func locksLock(ctx context.Context, first, second *pgconn.PgConn, kind string) error {
	key := rand.Int64() //nolint:gosec // it need not be secret, only unused
	if _, err := first.Exec(ctx, fmt.Sprintf(`BEGIN; SELECT pg_advisory%s_lock(%d)`, kind, key)).ReadAll(); err != nil {
		return fmt.Errorf("take an advisory lock: %w", err)
	}
	taken, err := Ask(ctx, second, fmt.Sprintf(`SELECT pg_try_advisory%s_lock(%d)`, kind, key))
	if err != nil {
		return fmt.Errorf("try an advisory lock: %w", err)
	}
	if taken == "t" {
		return ErrNoLocks
	}
	_, err = first.Exec(ctx, `ROLLBACK`).ReadAll() // what a session holds ends with it
	return err
}
