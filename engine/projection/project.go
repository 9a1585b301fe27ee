package projection

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// errCheckpointMoved says that another process projects, or that somebody parked or
// retried a stream: what this process knows is out of date.
var errCheckpointMoved = errors.New("checkpoint was moved by somebody else")

// moveCheckpointSQL also says that a new projection is built, once it is at the log's end:
// whoever has waited for that may read.
const moveCheckpointSQL = `
	UPDATE checkpoints SET position = $3, event_position = $3, event_id = $6, parkings = parkings + $5, updated_at = clock_timestamp(),
	       built_at = coalesce(built_at, CASE WHEN $3::bigint >= (SELECT max(position) FROM events) THEN clock_timestamp() END)
	WHERE projection = $1 AND position = $2 AND parkings = $4`

// project applies a batch and moves the checkpoint, in one transaction: rows and
// checkpoint are never apart. The compare-and-set is the fence between processes;
// it goes first, so that a loser hears of that and not of what follows from it.
func (p *projection) project(ctx context.Context, conn *pgx.Conn, at *checkpoint, batch []event.Recorded) error {
	started, lastEvent := time.Now(), batch[len(batch)-1]
	last := lastEvent.Position
	work := &pgx.Batch{}
	work.BeginTx(pgx.TxOptions{})
	work.Queue(moveCheckpointSQL, p.name, at.position, last, at.parkings, 0, lastEvent.ID).Exec(movedOne)
	run := slices.DeleteFunc(slices.Clone(batch), func(e event.Recorded) bool {
		_, parked := at.parked[e.StreamID]
		return parked
	})
	applied, err := p.queue(work, run)
	if err != nil {
		return err
	}
	p.book(work, at.position, last, applied)
	if err := commit(ctx, conn, work); err != nil {
		return fmt.Errorf("project events %d to %d: %w", at.position+1, last, err)
	}
	at.position = last
	p.metrics.projected(p.name, len(batch), time.Since(started))
	return nil
}

func movedOne(tag pgconn.CommandTag) error {
	if tag.RowsAffected() != 1 {
		return errCheckpointMoved
	}
	return nil
}

// commit sends a batch that begins a transaction, and commits it if every statement
// did what it should.
func commit(ctx context.Context, conn *pgx.Conn, work *pgx.Batch) error {
	results := conn.SendBatch(ctx, work)
	if err := results.Close(); err != nil {
		return errors.Join(err, results.Tx().Rollback(ctx))
	}
	return results.Tx().Commit(ctx)
}

func anyNumber(pgconn.CommandTag) error { return nil }

// queue lets the projection queue its SQL for a run of events, has every statement
// change something, and says what was applied.
func (p *projection) queue(work *pgx.Batch, run []event.Recorded) (applied []event.Recorded, err error) {
	if len(run) == 0 {
		return nil, nil
	}
	first, last, before := run[0], run[len(run)-1], work.Len()
	blame := func(err error) error {
		if len(run) == 1 {
			return &eventError{fmt.Errorf("event %d (%s): %w", first.Position, first.Type, err)}
		}
		return &eventError{fmt.Errorf("events %d to %d: %w", first.Position, last.Position, err)}
	}
	if applied, err = p.decodeAndApply(work, run); err != nil {
		return nil, blame(err)
	}
	for _, query := range work.QueuedQueries[before:] {
		if query.Fn == nil {
			query.Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 0 {
					return blame(errors.New("changed no row"))
				}
				return nil
			})
		}
	}
	return applied, nil
}

// decodeAndApply runs what is not ours, and says on which events. A panic there is the events' error: it must
// not end the process, and every other one that meets them.
func (p *projection) decodeAndApply(work *pgx.Batch, run []event.Recorded) (applied []event.Recorded, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	today := make([]event.Recorded, 0, len(run))
	for i, e := range run {
		if run[i].Event, err = p.config.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return nil, err
		}
		if _, several := run[i].Event.(event.Several); several {
			today = append(today, run[i].Parts()...)
		} else {
			today = append(today, run[i])
		}
	}
	return run, p.apply(work, today)
}
