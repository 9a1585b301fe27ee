package projection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// mostRetried bounds the events that one step of a retry applies, and so how long it keeps the
// checkpoint from whoever projects.
const mostRetried = 500

// Retry applies what a parked stream has missed, in order, and lets it go on. It goes by steps,
// each in a transaction of its own that moves the place at which the stream is parked; at an event
// that still can't be applied the stream stays parked, there. It may run beside the process that
// projects, which waits for one step at most. A retry that freezes loses its step.
func (p *Projector) Retry(ctx context.Context, parked Parked) error {
	projection, err := p.named(parked.Projection)
	if err != nil {
		return err
	}
	const lull = 5 * time.Millisecond // for whoever waits for the checkpoint to get it between two steps
	for most := mostRetried; ; sleep(ctx, lull) {
		next, err := projection.retryStep(ctx, parked, most)
		switch {
		case err == nil && next == nil:
			return nil
		case err == nil:
			parked.Version, parked.Position = next.Version, next.Position
		case !blamesEvent(err):
			return err
		case most == 1:
			return errors.Join(err, projection.noteCause(ctx, parked, err))
		default:
			most /= 2 // until the event that can't be applied stands alone
		}
	}
}

// noteCause says of a stream why it is still parked.
func (p *projection) noteCause(ctx context.Context, parked Parked, cause error) error {
	const sql = `UPDATE parked_streams SET error = $4 WHERE projection = $1 AND stream_id = $2 AND version = $3`
	if _, err := p.pool.Exec(ctx, sql, p.name, parked.StreamID, parked.Version, storable(cause)); err != nil {
		return fmt.Errorf("note why the stream is parked: %w", err)
	}
	return nil
}

// retryStep applies at most so many events of what a parked stream has missed. It returns the event
// that the stream is parked at now, or nil if it is not parked any more.
func (p *projection) retryStep(ctx context.Context, parked Parked, most int) (next *event.Recorded, err error) {
	const (
		unpark = `DELETE FROM parked_streams WHERE projection = $1 AND stream_id = $2 AND version = $3`
		move   = `UPDATE parked_streams SET version = $4, position = $5 WHERE projection = $1 AND stream_id = $2 AND version = $3`
		retold = `UPDATE checkpoints SET parkings = parkings + 1 WHERE projection = $1`
	)
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		head, err := p.holdCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		missed, following, err := p.missed(ctx, tx, parked, head, most)
		if err != nil {
			return err
		}
		next = following
		work := &pgx.Batch{}
		stillParked := func(tag pgconn.CommandTag) error {
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("stream %s is not parked any more at version %d", parked.StreamID, parked.Version)
			}
			return nil
		}
		if next == nil {
			work.Queue(retold, p.name).Exec(movedOne)
			work.Queue(unpark, p.name, parked.StreamID, parked.Version).Exec(stillParked)
		} else {
			work.Queue(move, p.name, parked.StreamID, parked.Version, next.Version, next.Position).Exec(stillParked)
		}
		applied, err := p.queue(work, missed)
		if err != nil {
			return err
		}
		p.bookMissed(work, applied)
		return tx.SendBatch(ctx, work).Close()
	})
	return next, err
}

// missed reads at most so many events that a parked stream has missed, up to a position, and the
// one that follows them, if there is one.
func (p *projection) missed(ctx context.Context, tx pgx.Tx, parked Parked, head int64, most int) (missed []event.Recorded, next *event.Recorded, err error) {
	read := func(after int64, limit int) []event.Recorded {
		if err != nil {
			return nil
		}
		var page []event.Recorded
		page, err = p.log.PageOn(ctx, tx, parked.StreamType, parked.StreamID, after, limit)
		return slices.DeleteFunc(page, func(e event.Recorded) bool { return e.Position > head })
	}
	if missed = read(parked.Version-1, most); len(missed) == 0 {
		return nil, nil, err
	}
	if following := read(missed[len(missed)-1].Version, 1); len(following) == 1 { // the page may have ended for its bytes
		next = &following[0]
	}
	return missed, next, err
}

// holdCheckpoint keeps the checkpoint where it is until the transaction ends. A process that
// freezes must not hold it for ever. It returns where that is, at the log's end at most.
func (p *projection) holdCheckpoint(ctx context.Context, tx pgx.Tx) (int64, error) {
	const bound = `SELECT set_config('idle_in_transaction_session_timeout', $1, true)`
	const sql = `
		SELECT least(position, (SELECT coalesce(max(position), 0) FROM events)) FROM checkpoints WHERE projection = $1 FOR NO KEY UPDATE`
	if _, err := tx.Exec(ctx, bound, fmt.Sprint(database.StallAfter.Milliseconds())); err != nil {
		return 0, fmt.Errorf("bound transaction: %w", err)
	}
	var position int64
	if err := tx.QueryRow(ctx, sql, p.name).Scan(&position); err != nil {
		return 0, fmt.Errorf("hold checkpoint: %w", err)
	}
	return position, nil
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

// Knows returns an error if there is no projection of this name.
func (p *Projector) Knows(name string) error {
	_, err := p.named(name)
	return err
}

func (p *Projector) named(name string) (*projection, error) {
	for _, projection := range p.projections {
		if projection.name == name {
			return projection, nil
		}
	}
	return nil, fmt.Errorf("no projection %q", name)
}
