package dead

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// lockSQL tries to take the lock on dead messages. A session needs this lock to move messages to
// dead_messages, to redrive them (move them back) or to drop them. If another session has the lock,
// lockSQL returns false and does not wait: redriving a million messages takes a while, and the
// relay must send other messages meanwhile.
const lockSQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('dead messages', 0))`

// errBusy says that another session has the lock on dead messages.
var errBusy = errors.New("somebody else is at the dead messages; try again")

// alone runs work in the transaction tx, after tx has taken the lock on dead messages. If another
// session has the lock, alone does nothing and returns errBusy.
func alone(ctx context.Context, tx pgx.Tx, work func(ctx context.Context, tx pgx.Tx) error) error {
	var locked bool
	if err := tx.QueryRow(ctx, lockSQL).Scan(&locked); err != nil {
		return fmt.Errorf("lock dead messages: %w", err)
	}
	if !locked {
		return errBusy
	}
	return work(ctx, tx)
}
