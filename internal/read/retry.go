package read

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// Retry applies what a parked stream has missed, in order, and lets it go on; if it
// fails the stream stays parked. It may run beside the process that projects: that
// one waits for as long, and notices. A retry that freezes loses its transaction.
func (p *Projector) Retry(ctx context.Context, parked Parked) error {
	projection, err := p.named(parked.Projection)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		const unpark = `DELETE FROM parked_streams WHERE projection = $1 AND stream_id = $2 AND version = $3`
		head, err := projection.stopCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		work := &pgx.Batch{}
		work.Queue(keepRanges).Exec(anyNumber)
		work.Queue(unpark, parked.Projection, parked.StreamID, parked.Version).Exec(func(tag pgconn.CommandTag) error {
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("stream %s is not parked any more at version %d", parked.StreamID, parked.Version)
			}
			return nil
		})
		if err := projection.queueMissed(ctx, tx, work, parked, head); err != nil {
			return err
		}
		return tx.SendBatch(ctx, work).Close()
	})
}

// stopCheckpoint holds the checkpoint until the transaction ends, and makes whoever
// projects read the parked streams again. A process that freezes must not hold it
// for ever. It returns where that is, at the log's end at most.
func (p *projection) stopCheckpoint(ctx context.Context, tx pgx.Tx) (int64, error) {
	const bound = `SELECT set_config('idle_in_transaction_session_timeout', $1, true)`
	const sql = `
		UPDATE checkpoints SET parkings = parkings + 1 WHERE projection = $1
		RETURNING least(position, (SELECT coalesce(max(position), 0) FROM events))`
	if _, err := tx.Exec(ctx, bound, fmt.Sprint(database.StallAfter.Milliseconds())); err != nil {
		return 0, fmt.Errorf("bound transaction: %w", err)
	}
	var position int64
	if err := tx.QueryRow(ctx, sql, p.name).Scan(&position); err != nil {
		return 0, fmt.Errorf("stop checkpoint: %w", err)
	}
	return position, nil
}

// queueMissed queues the stream's events from the one it was parked at to head.
func (p *projection) queueMissed(ctx context.Context, tx pgx.Tx, work *pgx.Batch, parked Parked, head int64) error {
	const pageSize = 500
	after := parked.Version - 1
	for {
		page, err := p.log.PageOn(ctx, tx, parked.StreamType, parked.StreamID, after, pageSize)
		if err != nil {
			return err
		}
		missed := slices.DeleteFunc(page, func(e events.Recorded) bool { return e.Position > head })
		applied, err := p.queue(work, missed)
		if err != nil {
			return err
		}
		p.bookMissed(work, applied)
		if len(missed) < pageSize {
			return nil
		}
		after = missed[pageSize-1].Version
	}
}

func (p *Projector) named(name string) (*projection, error) {
	for _, projection := range p.projections {
		if projection.name == name {
			return projection, nil
		}
	}
	return nil, fmt.Errorf("no projection %q", name)
}
