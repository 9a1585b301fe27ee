package projection

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// errAhead says that the log went back and the projection did not, or that somebody has moved
// its checkpoint beyond the log. What it holds is no fold of the log.
var errAhead = errors.New("its checkpoint is ahead of the log")

// aheadSQL says of a checkpoint c that the log does not have the event that it was moved to.
const aheadSQL = `(c.position > coalesce((SELECT max(position) FROM events), 0)
		OR c.position > 0 AND c.event_position IS NOT DISTINCT FROM c.position AND NOT EXISTS (SELECT FROM events e WHERE e.position = c.position AND e.event_id = c.event_id))`

// ErrNotAhead says that a projection has not been stopped.
var ErrNotAhead = errors.New("it was not stopped")

// stop has the projection stand still, in every process, until an operator decides. Where the
// log has grown since it went back, its newest epoch says where it had ended.
func (p *projection) stop(ctx context.Context, conn *pgx.Conn, at *checkpoint) error {
	const sql = `
		UPDATE checkpoints SET ahead_of = coalesce(ahead_of, least(position - 1, (SELECT coalesce(max(position), 0) FROM events),
		       (SELECT head FROM (SELECT number, head FROM log_epochs ORDER BY number DESC LIMIT 1) newest WHERE number > 1)))
		WHERE projection = $1 AND position = $2 AND parkings = $3 RETURNING ahead_of`
	var aheadOf int64
	err := conn.QueryRow(ctx, sql, p.name, at.position, at.parkings).Scan(&aheadOf)
	if errors.Is(err, pgx.ErrNoRows) { // a rebuild has taken its place meanwhile, say
		err = errCheckpointMoved
	}
	if err != nil {
		return fmt.Errorf("stop projection: %w", err)
	}
	return fmt.Errorf("%w: it is at %d, and the log ended at %d: %s", errAhead, at.position, aheadOf, p.stage.wayOut())
}

// standStill says once that the projection is stopped, and lets some time pass: an operator
// may have decided then.
func (p *projection) standStill(ctx context.Context, err error) {
	if !p.stopped {
		p.logger.Error("projection stopped until an operator decides", "error", err)
	}
	p.stopped = true
	p.wait(ctx)
}

// Resume has a projection go on that was stopped because its checkpoint was ahead of the log:
// from where the log ended then. What the projection holds stays, with all that came of events
// that are gone. by and note go to the log.
func (p *Projector) Resume(ctx context.Context, name, by, note string) error {
	const sql = `
		UPDATE checkpoints SET position = least(position, ahead_of), ahead_of = NULL, parkings = parkings + 1, updated_at = clock_timestamp()
		WHERE projection = $1 AND ahead_of IS NOT NULL RETURNING position`
	if _, err := p.named(name); err != nil {
		return err
	}
	var position int64
	err := p.pool.QueryRow(ctx, sql, name).Scan(&position)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("%s: %w", name, ErrNotAhead)
	case err != nil:
		return fmt.Errorf("resume %s: %w", name, err)
	}
	p.config.Logger.Warn("projection resumed", "projection", name, "position", position, "by", by, "note", note)
	return nil
}
