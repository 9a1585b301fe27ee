package park

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	again "example.com/pgcqrs/engine/pg/retry"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// mostRetried limits the number of events that one step of a retry applies. This number also limits
// how long the step locks the checkpoint.
const mostRetried = 500

// Retry applies, in their order, the events that a parked stream has missed. After the last missed
// event, the stream is no longer parked. Retry works in steps. Each step is one transaction, which
// also records the event that the stream has reached. If an event still can't be applied, the
// stream stays parked at that event. Retry may run while another process runs the projection; that
// process waits for at most one step. If the process that calls Retry freezes, the database rolls
// the current step back.
func Retry(ctx context.Context, of *projection.Set, parked Stream) error {
	found, err := of.Find(parked.Projection)
	if err != nil {
		return err
	}
	r := retry{of, found}
	const lull = 5 * time.Millisecond // the pause lets a waiting process lock the checkpoint between two steps
	for most := mostRetried; ; again.Pause(ctx, lull) {
		next, err := r.step(ctx, parked, most)
		switch {
		case err == nil && next == nil:
			return nil
		case err == nil:
			parked.Version, parked.Position = next.Version, next.Position
		case !batch.BlamesEvent(err):
			return err
		case most == 1:
			return errors.Join(err, r.noteCause(ctx, parked, err))
		default:
			most /= 2 // halve until the event that can't be applied is alone
		}
	}
}

// retry applies missed events of parked streams, for one projection.
type retry struct {
	of         *projection.Set
	projection projection.Projection
}

// noteCause stores the error because of which a stream is still parked.
func (r retry) noteCause(ctx context.Context, parked Stream, cause error) error {
	const sql = `UPDATE parked_streams SET error = $4 WHERE projection = $1 AND stream_id = $2 AND version = $3`
	if _, err := r.of.Pool.Exec(ctx, sql, r.projection.Name, parked.StreamID, parked.Version, batch.Storable(cause)); err != nil {
		return fmt.Errorf("note why the stream is parked: %w", err)
	}
	return nil
}

// step applies the events that a parked stream has missed. The parameter most limits the number of
// these events. After the step, the stream is parked at the event next; if next is nil, the stream
// is not parked any more.
func (r retry) step(ctx context.Context, parked Stream, most int) (next *event.Recorded, err error) {
	const (
		unpark = `DELETE FROM parked_streams WHERE projection = $1 AND stream_id = $2 AND version = $3`
		move   = `UPDATE parked_streams SET version = $4, position = $5 WHERE projection = $1 AND stream_id = $2 AND version = $3`
	)
	err = pgx.BeginFunc(ctx, r.of.Pool, func(tx pgx.Tx) error {
		head, err := checkpoint.Hold(ctx, tx, r.projection.Name)
		if err != nil {
			return err
		}
		missed, following, err := r.missed(ctx, tx, parked, head, most)
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
			checkpoint.QueueTell(work, r.projection.Name)
			work.Queue(unpark, r.projection.Name, parked.StreamID, parked.Version).Exec(stillParked)
		} else {
			work.Queue(move, r.projection.Name, parked.StreamID, parked.Version, next.Version, next.Position).Exec(stillParked)
		}
		applied, err := batch.Queue(work, missed, r.of.Decode, r.projection.Apply)
		if err != nil {
			return err
		}
		reconcile.BookMissed(work, r.projection.Name, applied)
		return tx.SendBatch(ctx, work).Close()
	})
	return next, err
}

// missed returns the events that a parked stream has missed, up to the position head. The parameter
// most limits the number of these events. If there is a further event, missed also returns the
// first such event.
func (r retry) missed(ctx context.Context, tx pgx.Tx, parked Stream, head int64, most int) (missed []event.Recorded, next *event.Recorded, err error) {
	read := func(after int64, limit int) []event.Recorded {
		if err != nil {
			return nil
		}
		var page []event.Recorded
		page, err = r.of.Log.PageOn(ctx, tx, parked.StreamType, parked.StreamID, after, limit)
		return slices.DeleteFunc(page, func(e event.Recorded) bool { return e.Position > head })
	}
	if missed = read(parked.Version-1, most); len(missed) == 0 {
		return nil, nil, err
	}
	if following := read(missed[len(missed)-1].Version, 1); len(following) == 1 { // the page may have ended early because of the limit on bytes
		next = &following[0]
	}
	return missed, next, err
}
