package read

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/events"
)

var (
	errCheckpointMoved = errors.New("checkpoint was moved by somebody else")
	errChangedNothing  = errors.New("changed no row")
)

// project applies a batch and moves the checkpoint, in one transaction: rows and
// checkpoint are never apart. The compare-and-set is the fence between processes;
// it goes first, so that a loser does no work.
func (p *projection) project(ctx context.Context, conn *pgx.Conn, from int64, batch []events.Recorded) error {
	const sql = `UPDATE checkpoints SET position = $3, updated_at = clock_timestamp() WHERE projection = $1 AND position = $2`
	started := time.Now()
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	work.Queue(sql, p.name, from, batch[len(batch)-1].Position).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return errCheckpointMoved
		}
		return nil
	})
	for i := range batch {
		if err := p.queue(work, &batch[i]); err != nil {
			return err
		}
	}
	results := conn.SendBatch(ctx, work)
	if err := results.Close(); err != nil {
		return fmt.Errorf("apply events %d to %d: %w", from+1, batch[len(batch)-1].Position, err)
	}
	if err := results.Tx().Commit(ctx); err != nil {
		return fmt.Errorf("commit events %d to %d: %w", from+1, batch[len(batch)-1].Position, err)
	}
	p.metrics.projected(p.name, len(batch), time.Since(started))
	return nil
}

// queue lets the projection queue its SQL for an event, and has every statement
// change something.
func (p *projection) queue(work *pgx.Batch, e *events.Recorded) error {
	before := work.Len()
	var err error
	if e.Event, err = p.config.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
		return fmt.Errorf("event %d: %w", e.Position, err)
	}
	if err = p.apply(work, *e); err != nil {
		return fmt.Errorf("apply event %d (%s): %w", e.Position, e.Type, err)
	}
	position, eventType := e.Position, e.Type
	for _, query := range work.QueuedQueries[before:] {
		if query.Fn == nil {
			query.Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 0 {
					return fmt.Errorf("event %d (%s): %w", position, eventType, errChangedNothing)
				}
				return nil
			})
		}
	}
	return nil
}
