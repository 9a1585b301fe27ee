package projection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Progress is how far a rebuild is.
type Progress struct {
	Position int64         // of the new tables
	Head     int64         // of the log
	Rate     float64       // events a second, since this run began
	Left     time.Duration // at that rate
}

// What an operator has to settle before a rebuild.
var (
	ErrRebuilding  = errors.New("another rebuild of it is running")
	ErrUndoing     = errors.New("its last rebuild is being undone: finish that, or drop the old tables with rebuild -drop")
	ErrKept        = errors.New("the tables of before its last rebuild are still kept: drop them first")
	ErrNothingKept = errors.New("no tables of before a rebuild are kept")
)

// Rebuild replays the log into new tables of the same shape, in a schema of their
// own, while the old ones serve. Then it puts them in their place in one transaction,
// at a position that is not before the old one's, and keeps the old ones, for Undo,
// until DropKept. A rebuild that was interrupted goes on where it was. It parks
// nothing: an event that can't be applied ends it, unless its stream was discarded.
//
// The pool's role must own the tables and be allowed to make schemas. Apply must name
// its tables without a schema.
func (p *Projector) Rebuild(ctx context.Context, name string, progress func(Progress)) error {
	return p.replacing(ctx, name, rebuilt, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[undone]:
			return ErrUndoing
		case r.there[kept]:
			return ErrKept
		case !r.there[rebuilt]:
			if err := r.create(ctx); err != nil {
				return err
			}
		}
		return r.finish(ctx, progress)
	})
}

// Undo puts the tables of before the last rebuild back, once they have caught up with
// what has happened since: no read goes back in time. The rebuilt ones are kept then.
func (p *Projector) Undo(ctx context.Context, name string, progress func(Progress)) error {
	return p.replacing(ctx, name, undone, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[undone]: // it was interrupted
		case r.there[kept]:
			if err := r.checkKept(ctx); err != nil {
				return err
			}
			if err := r.takeKept(ctx); err != nil {
				return err
			}
		default:
			return ErrNothingKept
		}
		return r.finish(ctx, progress)
	})
}

// DropKept drops the tables that the last rebuild has replaced, also those that an unfinished Undo is to put back.
func (p *Projector) DropKept(ctx context.Context, name string) error {
	return p.replacing(ctx, name, kept, func(ctx context.Context, r *replacement) error {
		switch {
		case r.there[undone]:
			r.stage, r.built.name = undone, undone.checkpoint(name)
		case !r.there[kept]:
			return ErrNothingKept
		}
		return r.drop(ctx)
	})
}

// Abandon drops what an unfinished rebuild has built, if there is any.
func (p *Projector) Abandon(ctx context.Context, name string) error {
	return p.replacing(ctx, name, rebuilt, func(ctx context.Context, r *replacement) error { return r.drop(ctx) })
}

// replacement is tables of a projection that are to take the live ones' place, and
// the only connection that works on them.
type replacement struct {
	live  *projection // as it serves
	built *projection // the same, on the tables of stage
	stage stage
	conn  *pgx.Conn      // names find the tables of stage first
	there map[stage]bool // the stages that have tables

	service string // the schema of the tables in service
	owner   string // of them

	started time.Time // of this run
	from    int64     // where that was
}

// replacing runs work as the only one that replaces this projection's tables.
func (p *Projector) replacing(ctx context.Context, name string, stage stage, work func(ctx context.Context, r *replacement) error) error {
	live, err := p.named(name)
	switch {
	case err != nil:
		return err
	case len(live.tables) == 0:
		return fmt.Errorf("projection %s names no tables to rebuild", name)
	}
	pool, err := p.searching(ctx, stage.schema(name))
	if err != nil {
		return err
	}
	defer pool.Close()
	config := p.config
	config.MaxBatch = 5000 // nobody waits for one of them
	built := &projection{
		Projector: &Projector{pool: pool, log: p.log, config: config, metrics: newMetrics(nil)},
		name:      stage.checkpoint(name), stage: stage, apply: live.apply, tables: live.tables, strict: true, logger: live.logger,
	}
	err = database.TryHold(ctx, pool, "rebuild "+name, func(ctx context.Context, conn *pgx.Conn) error {
		r := &replacement{live: live, built: built, stage: stage, conn: conn}
		if err := r.look(ctx); err != nil {
			return err
		}
		if err := r.locate(ctx); err != nil {
			return err
		}
		return work(ctx, r)
	})
	if errors.Is(err, database.ErrHeld) {
		err = fmt.Errorf("%w: %w", ErrRebuilding, err)
	}
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", name, err)
	}
	return nil
}

// finish catches up, and switches.
func (r *replacement) finish(ctx context.Context, progress func(Progress)) error {
	if err := pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error { return r.match(ctx, tx) }); err != nil {
		return err
	}
	if err := r.catchUp(ctx, progress); err != nil {
		return err
	}
	if err := r.analyze(ctx); err != nil {
		return err
	}
	if err := r.catchUp(ctx, progress); err != nil {
		return err
	}
	return r.switchOver(ctx)
}

// catchUp projects until it is where the log ended before its last batch.
func (r *replacement) catchUp(ctx context.Context, progress func(Progress)) error {
	for at, end := (*checkpoint)(nil), int64(math.MaxInt64); ; {
		began := time.Now()
		here, count, err := r.step(ctx, at)
		if err != nil {
			return err
		}
		at = here
		if r.started.IsZero() {
			r.started, r.from = began, at.position-int64(count)
		}
		head, err := r.head(ctx)
		if err != nil {
			return err
		}
		rate := float64(at.position-r.from) / time.Since(r.started).Seconds()
		left := time.Duration(float64(head-at.position) / max(rate, 1) * float64(time.Second))
		progress(Progress{Position: at.position, Head: head, Rate: rate, Left: left})
		if count == 0 || at.position >= end { // a batch that is not full may have large events
			return nil
		}
		end = head
	}
}

// step projects a batch, as projection.step does. Where an event of a discarded stream can't be
// applied the stream is discarded here, too, and the checkpoint read again.
func (r *replacement) step(ctx context.Context, at *checkpoint) (here *checkpoint, count int, err error) {
	for {
		here, count, err = r.built.step(ctx, r.conn, at)
		inapplicable, ok := errors.AsType[*inapplicableError](err)
		if !ok {
			return here, count, err
		}
		discarded, failed := r.discard(ctx, inapplicable.event)
		if failed == nil && !discarded && r.stage == undone {
			err = fmt.Errorf("%w: %s, if they are spoilt", err, r.stage.wayOut())
		}
		if failed != nil || !discarded {
			return nil, 0, errors.Join(err, failed)
		}
		at = nil
	}
}

// discard gives a stream up if the live projection has, and says whether it did.
func (r *replacement) discard(ctx context.Context, e event.Recorded) (bool, error) {
	const sql = `
		INSERT INTO parked_streams (projection, stream_id, stream_type, version, position, error, discarded_at, discarded_by, discard_note)
		SELECT $2, stream_id, stream_type, $4, $5, error, discarded_at, discarded_by, discard_note
		FROM parked_streams WHERE projection = $1 AND stream_id = $3 AND discarded_at IS NOT NULL`
	tag, err := r.built.pool.Exec(ctx, sql, r.live.name, r.built.name, e.StreamID, e.Version, e.Position)
	if err != nil {
		return false, fmt.Errorf("discard stream %s: %w", e.StreamID, err)
	}
	return tag.RowsAffected() == 1, nil
}

func (r *replacement) head(ctx context.Context) (int64, error) {
	const sql = `SELECT coalesce(max(position), 0) FROM events`
	var head int64
	if err := r.conn.QueryRow(ctx, sql).Scan(&head); err != nil {
		return 0, fmt.Errorf("read head: %w", err)
	}
	return head, nil
}
