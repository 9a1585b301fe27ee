package catchup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
)

// Progress describes how far a rebuild has come.
type Progress struct {
	Position int64         // position of the new tables
	Head     int64         // end of the log
	Rate     float64       // events per second since this run began
	Left     time.Duration // remaining time at that rate
}

// Runner applies the events of the log to the tables of a stage, on one connection. A stage is a
// set of tables that serves no queries, because it is not ready yet or was replaced.
type Runner struct {
	applier *batch.Applier
	conn    *pgx.Conn
	live    string // name of the live projection
	stage   stage.Stage

	started time.Time // start of the Runner's first batch
	from    int64     // position before the Runner's first batch
}

// New returns a Runner. The parameter applier must have its field Strict set to true, and must use
// the checkpoint of the new tables.
func New(applier *batch.Applier, conn *pgx.Conn, projection string, at stage.Stage) *Runner {
	return &Runner{applier: applier, conn: conn, live: projection, stage: at}
}

// Run applies batches until the tables have reached the end of the log. Run reads the end of the
// log before each batch, so the tables may lack events that were appended during the last batch.
func (r *Runner) Run(ctx context.Context, progress func(Progress)) error {
	for at, end := (*checkpoint.Checkpoint)(nil), int64(math.MaxInt64); ; {
		began := time.Now()
		here, count, err := r.Step(ctx, at)
		if err != nil {
			return err
		}
		at = here
		if r.started.IsZero() {
			r.started, r.from = began, at.Position-int64(count)
		}
		head, err := r.head(ctx)
		if err != nil {
			return err
		}
		rate := float64(at.Position-r.from) / time.Since(r.started).Seconds()
		left := time.Duration(float64(head-at.Position) / max(rate, 1) * float64(time.Second))
		progress(Progress{Position: at.Position, Head: head, Rate: rate, Left: left})
		if count == 0 || at.Position >= end { // a batch of large events may be smaller than the limit
			return nil
		}
		end = head
	}
}

// Step applies a batch, as Applier.Step does. If the live projection has discarded the stream of an
// event that can't be applied, Step discards this stream for the new tables, too. Step then reads
// the checkpoint again.
func (r *Runner) Step(ctx context.Context, at *checkpoint.Checkpoint) (here *checkpoint.Checkpoint, count int, err error) {
	for {
		here, count, err = r.applier.Step(ctx, r.conn, at)
		inapplicable, ok := errors.AsType[*batch.InapplicableError](err)
		if !ok {
			return here, count, err
		}
		discarded, failed := r.discard(ctx, inapplicable.Event)
		if failed == nil && !discarded && r.stage == stage.Undone {
			err = fmt.Errorf("%w: %s, if they are spoilt", err, r.stage.WayOut())
		}
		if failed != nil || !discarded {
			return nil, 0, errors.Join(err, failed)
		}
		at = nil
	}
}

// discard discards a stream for the new tables if the live projection has discarded the stream.
// discard reports whether it has done so.
func (r *Runner) discard(ctx context.Context, e event.Recorded) (bool, error) {
	const sql = `
		INSERT INTO parked_streams (projection, stream_id, stream_type, version, position, error, discarded_at, discarded_by, discard_note)
		SELECT $2, stream_id, stream_type, $4, $5, error, discarded_at, discarded_by, discard_note
		FROM parked_streams WHERE projection = $1 AND stream_id = $3 AND discarded_at IS NOT NULL`
	tag, err := r.applier.Pool.Exec(ctx, sql, r.live, r.applier.Name, e.StreamID, e.Version, e.Position)
	if err != nil {
		return false, fmt.Errorf("discard stream %s: %w", e.StreamID, err)
	}
	return tag.RowsAffected() == 1, nil
}

func (r *Runner) head(ctx context.Context) (int64, error) {
	const sql = `SELECT ` + logsql.Head
	var head int64
	if err := r.conn.QueryRow(ctx, sql).Scan(&head); err != nil {
		return 0, fmt.Errorf("read head: %w", err)
	}
	return head, nil
}
