package dead

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// lockSQL takes the lock on dead messages, for one session that sets them aside, redrives or drops
// them. It returns false instead of waiting: redriving a million takes a while, and the relay has
// other messages to send.
const lockSQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('dead messages', 0))`

// errBusy says that another session has the lock on dead messages.
var errBusy = errors.New("somebody else is at the dead messages; try again")

// alone runs work in a transaction with the lock on dead messages. If another session has the lock
// it does nothing and returns errBusy.
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
