package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// elapsedStep is by how much the number of seconds in the table elapsed grows. The margin in
// append_events equals it. It must never change: programs of two releases may count together.
const elapsedStep = 30 * time.Second

// elapsed counts the time that passes, together with all other processes, in the table of this
// name. It does not use any wall clock. The server's clock can only make a step shorter, so that no
// SQL of a login can make the number run ahead.
type elapsed struct {
	seconds int64
	since   time.Time // with its monotonic clock: the table had this number by then; zero: not read yet
}

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// count reads the number, and adds a step if this process has seen the same number for that long.
// The first process to do so succeeds: the statement requires the old number.
func (e *elapsed) count(ctx context.Context, on querier) error {
	ctx, cancel := context.WithTimeout(ctx, elapsedStep)
	defer cancel()
	const read = `SELECT seconds FROM elapsed`
	var seconds int64
	err := on.QueryRow(ctx, read).Scan(&seconds)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errors.New("count elapsed time: the row of table elapsed is gone; INSERT INTO elapsed with at least the highest expires_after of idempotency_keys")
	case err != nil:
		return fmt.Errorf("count elapsed time: %w", fate.Unavailable(err))
	}
	if e.since.IsZero() || seconds != e.seconds {
		e.seconds, e.since = seconds, time.Now()
		return nil
	}
	if time.Since(e.since) < elapsedStep {
		return nil
	}
	const step = `UPDATE elapsed SET seconds = $1 + $2 WHERE seconds = $1 RETURNING seconds`
	err = on.QueryRow(ctx, step, seconds, int64(elapsedStep/time.Second)).Scan(&seconds)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil // the next look finds the new number
	case err != nil:
		return fmt.Errorf("count elapsed time: %w", fate.Unavailable(err))
	}
	e.seconds, e.since = seconds, time.Now()
	return nil
}
