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

// ErrNoLocks says that two sessions can hold the same advisory lock.
var ErrNoLocks = errors.New("advisory locks do not lock: two sessions hold the same one. The URL leads to several servers, " +
	"or to one that only speaks PostgreSQL's protocol: lead it to one PostgreSQL server")

// CheckLocks takes an advisory lock in two sessions, and returns an error if both sessions get it.
// CheckLocks tries a lock of a transaction. If the parameter needs is Session, CheckLocks also
// tries a lock of a session. If the login may not take advisory locks, CheckLocks returns an error
// only if needs is Session.
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

// locksLock takes one advisory lock in two sessions, and returns ErrNoLocks if both get it. The
// parameter kind is the part of PostgreSQL's function names that distinguishes locks of a
// transaction from locks of a session.
func locksLock(ctx context.Context, first, second *pgconn.PgConn, kind string) error {
	key := rand.Int64() //nolint:gosec // the key need not be secret, only unused
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
	_, err = first.Exec(ctx, `ROLLBACK`).ReadAll() // a session's lock ends with the session
	return err
}
