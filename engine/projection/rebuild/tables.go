package rebuild

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/shape"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
)

// create creates empty tables with the shape of the live tables.
func (r *replacement) create(ctx context.Context) error {
	if err := checkpoint.Enroll(ctx, r.of.Pool, r.live.Name); err != nil { // the checkpoint of the projection must exist
		return err
	}
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		const enroll = `INSERT INTO checkpoints (projection, built_at) VALUES ($1, NULL)`
		if _, err := tx.Exec(ctx, enroll, r.books()); err != nil {
			return fmt.Errorf("make checkpoint: %w", err)
		}
		if err := r.pair().Free(ctx, tx); err != nil { // checked first, because some objects can't be copied
			return err
		}
		if _, err := tx.Exec(ctx, r.createSchema(r.schema())); err != nil {
			return fmt.Errorf("make schema: %w", err)
		}
		if err := r.pair().CreateLike(ctx, tx); err != nil {
			return err
		}
		return r.pair().Match(ctx, tx)
	})
}

// checkKept returns an error if the kept tables, which the last rebuild has replaced, are ahead of
// the log. Undo can't put such tables back, because they have the results of events that are no
// longer in the log.
func (r *replacement) checkKept(ctx context.Context) error {
	_, err := applier(r.of, r.live, stage.Kept, r.pool).Checkpoint(ctx, r.conn)
	return err
}

// takeKept moves the kept tables, which the last rebuild has replaced. The kept tables move to the
// schema of the stage Undone. From there, Undo puts them back.
func (r *replacement) takeKept(ctx context.Context) error {
	from := pgx.Identifier{stage.Kept.Schema(r.live.Name)}.Sanitize()
	to := pgx.Identifier{stage.Undone.Schema(r.live.Name)}.Sanitize()
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`ALTER SCHEMA ` + from + ` RENAME TO ` + to)
		moveBooks(work, stage.Kept.Checkpoint(r.live.Name), r.books())
		checkpoint.QueueDrop(work, stage.Kept.Checkpoint(r.live.Name))
		if err := tx.SendBatch(ctx, work).Close(); err != nil {
			return fmt.Errorf("take the kept tables: %w", err)
		}
		return r.pair().Match(ctx, tx)
	})
}

// drop drops the tables of the replacement, their schema and their checkpoint. If an object depends
// on the tables, or if somebody has created another object in the schema, drop drops nothing and
// returns an error.
func (r *replacement) drop(ctx context.Context) error {
	schema := r.schema()
	var tables []string
	for _, table := range r.live.Tables {
		tables = append(tables, pgx.Identifier{schema, table}.Sanitize())
	}
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`DROP TABLE IF EXISTS ` + strings.Join(tables, ", ") + ` RESTRICT`)
		work.Queue(`DROP SCHEMA IF EXISTS ` + pgx.Identifier{schema}.Sanitize() + ` RESTRICT`)
		work.Queue(`DELETE FROM parked_streams WHERE projection = $1`, r.books())
		checkpoint.QueueDrop(work, r.books())
		if err := tx.SendBatch(ctx, work).Close(); err != nil {
			return fmt.Errorf("drop the %s tables: %w", r.stage, shape.WithDependents(err))
		}
		return nil
	})
}

// analyze collects statistics for the planner, and builds the visibility map for index-only scans.
// Queries need the statistics and the visibility map from the start.
func (r *replacement) analyze(ctx context.Context) error {
	for _, table := range r.live.Tables {
		if _, err := r.conn.Exec(ctx, `VACUUM (ANALYZE) `+pgx.Identifier{r.schema(), table}.Sanitize()); err != nil {
			return fmt.Errorf("analyze %s: %w", table, err)
		}
	}
	return nil
}
