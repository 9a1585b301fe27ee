package dead

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// lockSQL keeps those who set messages aside, bring them back or give them up
// apart. It says false instead of waiting: bringing back a million takes a while, and
// the relay has others to send.
const lockSQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('dead messages', 0))`

// errBusy says that somebody else has the dead messages to itself.
var errBusy = errors.New("somebody else is at the dead messages; try again")

// alone runs work in a transaction that has the dead messages to itself. If somebody else is at them it does nothing: errBusy.
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
