package refold

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/batch"
)

// mostApplied limits the events of a stream that Refold applies.
const mostApplied = 20_000

// Result is what a projection has made of a stream, beside what the stream's events make.
type Result struct {
	Projection string
	Position   int64 // position of the projection when the rows were read
	Applied    int   // events of the stream that were applied
	ParkedAt   int64 // version at which the stream is parked; 0: it is not parked
	Tables     []Table
	Doubt      string // why the rows can't be compared; "": they were
}

// Equal reports whether all rows are what the events make of them.
func (r *Result) Equal() bool {
	for _, table := range r.Tables {
		if !table.Equal {
			return false
		}
	}
	return r.Doubt == ""
}

// Rows returns the number of rows.
func (r *Result) Rows() (count int) {
	for _, table := range r.Tables {
		count += len(table.Rows)
	}
	return count
}

// errUndo makes the transaction of Refold end without any effect.
var errUndo = errors.New("rolled back on purpose")

// Refold applies the events of a stream to empty copies of a projection's tables, and compares the
// rows with those that serve. The copies are temporary tables, which the transaction rolls back.
func Refold(ctx context.Context, of *projection.Set, name, streamType string, stream uuid.UUID) (Result, error) {
	result := Result{Projection: name}
	live, err := of.Find(name)
	if err != nil {
		return result, err
	}
	err = pgx.BeginTxFunc(ctx, of.Pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		if err := result.fill(ctx, tx, of, live, streamType, stream); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return result, err
}

func (r *Result) fill(ctx context.Context, tx pgx.Tx, of *projection.Set, live projection.Projection, streamType string, stream uuid.UUID) error {
	const sql = `SELECT c.position, coalesce((SELECT p.version FROM parked_streams p WHERE p.projection = c.projection AND p.stream_id = $2), 0)
		FROM checkpoints c WHERE c.projection = $1`
	if err := tx.QueryRow(ctx, sql, live.Name, stream).Scan(&r.Position, &r.ParkedAt); errors.Is(err, pgx.ErrNoRows) {
		r.Doubt = "The projection has never run."
		return nil
	} else if err != nil {
		return fmt.Errorf("read checkpoint: %w", err)
	}
	events, err := r.events(ctx, tx, of, streamType, stream)
	if err != nil || r.Doubt != "" {
		return err
	}
	tables, err := copyTables(ctx, tx, live)
	if err != nil {
		return err
	}
	if err := r.apply(ctx, tx, of, live, events); err != nil || r.Doubt != "" {
		return err
	}
	for _, one := range tables {
		compared, err := one.compare(ctx, tx, stream)
		if err != nil {
			return err
		}
		r.Tables = append(r.Tables, compared)
	}
	return nil
}

// events returns the events of the stream that the projection has applied.
func (r *Result) events(ctx context.Context, tx pgx.Tx, of *projection.Set, streamType string, stream uuid.UUID) (events []event.Recorded, err error) {
	for after := int64(0); ; {
		page, err := of.Log.PageOn(ctx, tx, streamType, stream, after, 1000)
		if err != nil || len(page) == 0 {
			return events, err
		}
		for _, e := range page {
			if e.Position > r.Position || r.ParkedAt > 0 && e.Version >= r.ParkedAt {
				return events, nil
			}
			events = append(events, e)
		}
		if after = page[len(page)-1].Version; after >= mostApplied {
			r.Doubt = fmt.Sprintf("The stream has more than %d events. The subcommand ops projections rebuild makes all rows anew.", mostApplied)
			return nil, nil
		}
	}
}

// copyTables creates empty temporary tables with the names, columns, constraints and indexes of the
// projection's tables. From then on, the transaction finds these tables under their names. The
// log's tables and all others keep their meaning.
func copyTables(ctx context.Context, tx pgx.Tx, live projection.Projection) (tables []table, err error) {
	for _, name := range live.Tables {
		one, err := describe(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		tables = append(tables, one)
	}
	for _, one := range tables {
		if _, err := tx.Exec(ctx, `CREATE TEMPORARY TABLE `+pgx.Identifier{one.name}.Sanitize()+` (LIKE `+one.live()+` INCLUDING ALL) ON COMMIT DROP`); err != nil {
			return nil, fmt.Errorf("copy table %s: %w", one.name, err)
		}
	}
	var path string
	if err := tx.QueryRow(ctx, `SELECT current_setting('search_path')`).Scan(&path); err != nil {
		return nil, fmt.Errorf("read search_path: %w", err)
	}
	if _, err := tx.Exec(ctx, `SELECT set_config('search_path', 'pg_temp, ' || $1, true)`, withoutTemp(path)); err != nil {
		return nil, fmt.Errorf("set search_path: %w", err)
	}
	return tables, nil
}

// withoutTemp returns a search_path without pg_temp.
func withoutTemp(path string) string {
	var kept []string
	for part := range strings.SplitSeq(path, ",") {
		if part = strings.TrimSpace(part); part != "pg_temp" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}

// apply applies the events by the projection's Apply. If an event can't be applied to tables that
// have only the rows of its stream, the rows can't be compared.
func (r *Result) apply(ctx context.Context, tx pgx.Tx, of *projection.Set, live projection.Projection, events []event.Recorded) error {
	const atOnce = 500
	for len(events) > 0 {
		run := events[:min(len(events), atOnce)]
		events = events[len(run):]
		work := &pgx.Batch{}
		applied, err := batch.Queue(work, run, of.Decode, live.Apply)
		if err == nil && work.Len() > 0 {
			err = tx.SendBatch(ctx, work).Close()
		}
		switch {
		case err != nil && batch.BlamesEvent(err):
			line, _, _ := strings.Cut(err.Error(), "\n")
			r.Doubt = "The events of this stream alone can't be applied to empty tables: the rows depend on other streams, or Apply has changed. The error is: " + line
			return nil
		case err != nil:
			return fmt.Errorf("apply events: %w", err)
		}
		r.Applied += len(applied)
	}
	return nil
}
