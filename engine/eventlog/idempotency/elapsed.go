package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// elapsedStep is by how much the number of seconds in the table elapsed grows. It is one
// with the margin in append_events, and frozen: programs of two releases may count together.
const elapsedStep = 30 * time.Second

// elapsed counts the time that passes, together with all other processes, in the table of
// this name. Nobody's wall clock is asked; the server's may only make a step shorter, so that
// no SQL of a login has the number run ahead.
type elapsed struct {
	seconds int64
	since   time.Time // with its monotonic clock: seconds was there by then; zero: it was not seen
}

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// count reads the number, and makes it a step higher if this process has seen it for as
// long. The first process does: the number that it was must be there still.
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
		return nil // the next look finds what it is now
	case err != nil:
		return fmt.Errorf("count elapsed time: %w", fate.Unavailable(err))
	}
	e.seconds, e.since = seconds, time.Now()
	return nil
}
