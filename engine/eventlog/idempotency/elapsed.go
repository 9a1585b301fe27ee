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
// database function append_events adds the same number of seconds to each expiry time, so that no
// answer expires early. elapsedStep must never change: programs of two releases may use one table.
const elapsedStep = 30 * time.Second

// elapsed measures the passing time in the table elapsed, as a number of seconds that all processes
// share. elapsed does not use the wall clock of a process. A database trigger compares each
// addition to the number with the server's clock, and makes the addition smaller if too little time
// has passed. Therefore no database login can make the number grow faster than real time.
type elapsed struct {
	seconds int64
	since   time.Time // when this process first read this number, by its monotonic clock; zero: no number was read yet
}

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// count reads the number of seconds in the table elapsed. If the number has not changed for the
// time elapsedStep, count adds elapsedStep to the number. If several processes do this at the same
// time, only the first succeeds: the SQL statement requires that the number has not changed.
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
