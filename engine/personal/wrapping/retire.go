package wrapping

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ByRetired reports whether the database has refused a wrapped key or a hash of a text, because a
// retired key has made it. In this case the operator's key, and the secrets of look-ups, must be
// read again.
func ByRetired(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refusal.Code == failure.CheckViolation && refusal.ConstraintName == "not_retired"
}

// Retire retires the keys with the given prefixes: keys of the operator, or secrets of look-ups.
// From then on, the database refuses everything that the retired keys make.
func Retire(ctx context.Context, tx pgx.Tx, prefixes [][]byte) error {
	if _, err := tx.Exec(ctx, `INSERT INTO keys.retired (prefix) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING`, prefixes); err != nil {
		return fmt.Errorf("retire keys: %w", err)
	}
	return nil
}

const (
	mostTurns = 60 // largest number of attempts to lock the tables of keys
	turnPause = time.Second
)

// InTurns calls the function do in a transaction. During this transaction no other session writes
// keys, because InTurns locks the tables of keys. If a table is not free within a second, InTurns
// releases its locks, pauses, and tries again. While InTurns waits for a table, other sessions that
// write keys must wait, too. For this reason InTurns waits no longer than a second for a table.
func InTurns(ctx context.Context, pool *pgxpool.Pool, do func(tx pgx.Tx) error) error {
	for turn := 1; ; turn++ {
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			// A process that is paused, or whose disk hangs, does not release its locks. The time
			// limit of idle transactions then ends the process's session, which releases the locks.
			const lock = `SET LOCAL lock_timeout = '1s'; SET LOCAL idle_in_transaction_session_timeout = '10s';
				LOCK TABLE keys.retired, keys.persons, keys.secrets, keys.lookups IN SHARE ROW EXCLUSIVE MODE`
			if _, err := tx.Exec(ctx, lock); err != nil {
				return fmt.Errorf("lock keys: %w", err)
			}
			return do(tx)
		})
		if !failure.Is(err, failure.LockNotAvailable, failure.DeadlockDetected) || turn == mostTurns {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(turnPause):
		}
	}
}
