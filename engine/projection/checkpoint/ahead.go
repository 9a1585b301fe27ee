package checkpoint

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// ErrAhead means that a projection's checkpoint is ahead of the log. Either the log has lost events
// that the projection has applied, or somebody has moved the checkpoint beyond the end of the log.
// The rows of the projection do not agree with the log.
var ErrAhead = errors.New("its checkpoint is ahead of the log")

// StopAhead stops the projection in every process, and returns ErrAhead. The projection stays
// stopped until an operator decides what to do. StopAhead stores the position at which the log
// ended after the loss of events. If the log has grown since then, StopAhead reads that position
// from the newest row of the table log_epochs. The parameter wayOut is text for the error: it says
// what the operator may do.
func (c *Checkpoint) StopAhead(ctx context.Context, conn *pgx.Conn, projection, wayOut string) error {
	const sql = `
		UPDATE checkpoints SET ahead_of = coalesce(ahead_of, least(position - 1, ` + logsql.Head + `,
		       (SELECT head FROM (SELECT number, head FROM log_epochs ORDER BY number DESC LIMIT 1) newest WHERE number > 1)))
		WHERE projection = $1 AND position = $2 AND parkings = $3 RETURNING ahead_of`
	var aheadOf int64
	err := conn.QueryRow(ctx, sql, projection, c.Position, c.Parkings).Scan(&aheadOf)
	if errors.Is(err, pgx.ErrNoRows) { // for example because a rebuild has replaced the checkpoint meanwhile
		err = ErrMoved
	}
	if err != nil {
		return fmt.Errorf("stop projection: %w", err)
	}
	return fmt.Errorf("%w: it is at %d, and the log ended at %d: %s", ErrAhead, c.Position, aheadOf, wayOut)
}

// ErrNotAhead means that Resume was called for a projection that is not stopped.
var ErrNotAhead = errors.New("it was not stopped")

// Resume restarts a projection that was stopped because its checkpoint was ahead of the log. Resume
// sets the checkpoint to the position at which the log ended when the projection was stopped, and
// returns this position. Resume deletes no row of the projection, not even the rows of events that
// the log has lost.
func Resume(ctx context.Context, pool *pgxpool.Pool, projection string) (position int64, err error) {
	const sql = `
		UPDATE checkpoints SET position = least(position, ahead_of), ahead_of = NULL, parkings = parkings + 1, updated_at = clock_timestamp()
		WHERE projection = $1 AND ahead_of IS NOT NULL RETURNING position`
	err = pool.QueryRow(ctx, sql, projection).Scan(&position)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, fmt.Errorf("%s: %w", projection, ErrNotAhead)
	case err != nil:
		return 0, fmt.Errorf("resume %s: %w", projection, err)
	}
	return position, nil
}
