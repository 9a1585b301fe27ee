package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// elapsedStep is the time that one step adds to the number of seconds in the table elapsed. The
// margin in the function append_events equals elapsedStep. elapsedStep must never change, because
// programs of two releases may count together.
const elapsedStep = 30 * time.Second

// elapsed counts passing time as seconds in the table elapsed, together with all other processes.
// elapsed uses no wall clock of a process. The clock of the server can only make a step shorter, so
// that no login can make the number run ahead by SQL.
type elapsed struct {
	seconds int64
	since   time.Time // when this process first read this number, by its monotonic clock; zero: not read yet
}

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// count reads the number of seconds, and adds a step if this process has read the same number for
// elapsedStep. If several processes add the step at once, only the first succeeds, because the
// statement requires the old number.
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
		return nil // the next call reads the new number
	case err != nil:
		return fmt.Errorf("count elapsed time: %w", fate.Unavailable(err))
	}
	e.seconds, e.since = seconds, time.Now()
	return nil
}
