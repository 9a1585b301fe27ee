package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// elapsedStep is by how much the number of seconds in the table elapsed grows. It is one
// with the margin in append_events, and frozen: programs of two releases may count together.
const elapsedStep = 30 * time.Second

// elapsed counts the time that passes, together with all other processes, in the table of
// this name. Nobody's wall clock is asked.
type elapsed struct {
	seconds int64
	since   time.Time // with its monotonic clock: seconds was there by then; zero: it was not seen
}

// querierExecer is a pool or a connection.
type querierExecer interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// count reads the number, and makes it a step higher if this process has seen it for as
// long. Whoever is first does: the number that it was must be there still.
func (e *elapsed) count(ctx context.Context, on querierExecer) error {
	ctx, cancel := context.WithTimeout(ctx, elapsedStep)
	defer cancel()
	const read = `SELECT seconds FROM elapsed`
	var seconds int64
	err := on.QueryRow(ctx, read).Scan(&seconds)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errors.New("count elapsed time: the row of table elapsed is gone; INSERT INTO elapsed with at least the highest expires_after of idempotency_keys")
	case err != nil:
		return fmt.Errorf("count elapsed time: %w", unavailable(err))
	}
	if e.since.IsZero() || seconds != e.seconds {
		e.seconds, e.since = seconds, time.Now()
		return nil
	}
	if time.Since(e.since) < elapsedStep {
		return nil
	}
	const step = `UPDATE elapsed SET seconds = $1 + $2 WHERE seconds = $1`
	tag, err := on.Exec(ctx, step, seconds, int64(elapsedStep/time.Second))
	if err != nil {
		return fmt.Errorf("count elapsed time: %w", unavailable(err))
	}
	if tag.RowsAffected() == 1 {
		e.seconds, e.since = seconds+int64(elapsedStep/time.Second), time.Now()
	}
	return nil // if not, the next look finds what it is now
}
