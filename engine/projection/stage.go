package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// stage is where tables of a projection are when they are not in service. Each has a
// schema and a checkpoint of its own.
type stage string

const (
	rebuilt stage = "rebuild" // built from the log's start, until they take the place of those in service
	kept    stage = "kept"    // were in service before the last rebuild
	undone  stage = "undo"    // were kept, and catch up to go back
)

func (s stage) schema(projection string) string     { return string(s) + "_" + projection }
func (s stage) checkpoint(projection string) string { return projection + "@" + string(s) }

// wayOut says what an operator may do about tables that are no fold of the log.
func (s stage) wayOut() string {
	switch s {
	case rebuilt:
		return "ops projections rebuild -restart begins with empty tables"
	case kept, undone:
		return "ops projections rebuild -drop gives these tables up, and those in service stay"
	}
	return "ops projections rebuild makes its tables anew, ops projections resume goes on with what they hold"
}

// searching is a pool whose sessions find a schema's tables before all others. Every
// session is set up so: one that was not would write to the tables in service.
func (p *Projector) searching(ctx context.Context, schema string) (*pgxpool.Pool, error) {
	var path string
	if err := p.pool.QueryRow(ctx, `SHOW search_path`).Scan(&path); err != nil {
		return nil, fmt.Errorf("read search path: %w", err)
	}
	config := p.pool.Config()
	config.MaxConns, config.MinConns = 2, 0
	config.ConnConfig.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize() + ", " + path
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	return pool, nil
}

// look sees which stages have tables, and that this role may move them.
func (r *replacement) look(ctx context.Context) error {
	const may = `
		SELECT has_database_privilege(current_database(), 'CREATE') AND has_table_privilege('checkpoints', 'DELETE')
		       AND bool_and(coalesce(pg_has_role(c.relowner, 'USAGE'), false))
		FROM unnest($1::text[]) AS t (name) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)`
	const there = `SELECT projection FROM checkpoints WHERE projection = ANY ($1)`
	var allowed bool
	if err := r.live.pool.QueryRow(ctx, may, r.live.tables).Scan(&allowed); err != nil {
		return fmt.Errorf("look what the role may do: %w", err)
	}
	if !allowed {
		return errors.New("a rebuild makes and moves tables: run it as their owner, with the DATABASE_URL of cmd/migrate")
	}
	names := make(map[string]stage)
	var all []string
	for _, s := range []stage{rebuilt, kept, undone} {
		names[s.checkpoint(r.live.name)] = s
		all = append(all, s.checkpoint(r.live.name))
	}
	rows, err := r.conn.Query(ctx, there, all)
	if err != nil {
		return fmt.Errorf("look for tables of a rebuild: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	r.there = make(map[stage]bool)
	for _, name := range found {
		r.there[names[name]] = true
	}
	return err
}

// locate finds where the tables in service are, and whose.
func (r *replacement) locate(ctx context.Context) error {
	const sql = `
		SELECT n.nspname, min(pg_get_userbyid(c.relowner)::text) FROM unnest($1::text[]) AS t (name)
		JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_namespace n ON n.oid = c.relnamespace GROUP BY n.nspname`
	rows, err := r.live.pool.Query(ctx, sql, r.live.tables)
	if err == nil {
		_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
			return struct{}{}, row.Scan(&r.service, &r.owner)
		})
	}
	if err != nil {
		return fmt.Errorf("find the tables, all in one schema: %w", err)
	}
	return nil
}

// createSchema is a statement that makes a schema for tables like those in service, and their owner's.
func (r *replacement) createSchema(name string) string {
	return `CREATE SCHEMA ` + pgx.Identifier{name}.Sanitize() + ` AUTHORIZATION ` + pgx.Identifier{r.owner}.Sanitize()
}

// create makes empty tables like those in service.
func (r *replacement) create(ctx context.Context) error {
	if err := r.live.enroll(ctx); err != nil { // there must be a checkpoint to take over from
		return err
	}
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		const enroll = `INSERT INTO checkpoints (projection, built_at) VALUES ($1, NULL)`
		if _, err := tx.Exec(ctx, enroll, r.built.name); err != nil {
			return fmt.Errorf("make checkpoint: %w", err)
		}
		if err := r.free(ctx, tx, r.sides()); err != nil { // before what can't be copied is tried
			return err
		}
		if _, err := tx.Exec(ctx, r.createSchema(r.stage.schema(r.live.name))); err != nil {
			return fmt.Errorf("make schema: %w", err)
		}
		if err := r.createLike(ctx, tx); err != nil {
			return err
		}
		return r.match(ctx, tx)
	})
}

// checkKept fails if the kept tables are ahead of the log: they could not catch up.
func (r *replacement) checkKept(ctx context.Context) error {
	old := *r.built
	old.name, old.stage = kept.checkpoint(r.live.name), kept
	_, err := old.checkpoint(ctx, r.conn)
	return err
}

// takeKept makes the kept tables those that are to go back.
func (r *replacement) takeKept(ctx context.Context) error {
	from := pgx.Identifier{kept.schema(r.live.name)}.Sanitize()
	to := pgx.Identifier{undone.schema(r.live.name)}.Sanitize()
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`ALTER SCHEMA ` + from + ` RENAME TO ` + to)
		moveBooks(work, kept.checkpoint(r.live.name), r.built.name)
		work.Queue(`DELETE FROM checkpoints WHERE projection = $1`, kept.checkpoint(r.live.name))
		if err := tx.SendBatch(ctx, work).Close(); err != nil {
			return fmt.Errorf("take the kept tables: %w", err)
		}
		return r.match(ctx, tx)
	})
}

// moveBooks gives a projection's checkpoint a second name, and what refers to it.
func moveBooks(work *pgx.Batch, from, to string) {
	work.Queue(`
		INSERT INTO checkpoints (projection, position, event_position, event_id, parkings, built_at, updated_at, ahead_of)
		SELECT $2, position, event_position, event_id, parkings, built_at, updated_at, ahead_of FROM checkpoints WHERE projection = $1`, from, to)
	work.Queue(`UPDATE parked_streams SET projection = $2 WHERE projection = $1`, from, to)
	moveRanges(work, from, to)
}

// drop drops the stage's tables and what is known of them. Objects that depend on the tables, or that somebody
// else has put beside them, stay, and stop it.
func (r *replacement) drop(ctx context.Context) error {
	schema := r.stage.schema(r.live.name)
	var tables []string
	for _, table := range r.live.tables {
		tables = append(tables, pgx.Identifier{schema, table}.Sanitize())
	}
	return pgx.BeginFunc(ctx, r.conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`DROP TABLE IF EXISTS ` + strings.Join(tables, ", ") + ` RESTRICT`)
		work.Queue(`DROP SCHEMA IF EXISTS ` + pgx.Identifier{schema}.Sanitize() + ` RESTRICT`)
		work.Queue(`DELETE FROM parked_streams WHERE projection = $1`, r.built.name)
		work.Queue(`DELETE FROM checkpoints WHERE projection = $1`, r.built.name)
		if err := tx.SendBatch(ctx, work).Close(); err != nil {
			return fmt.Errorf("drop the %s tables: %w", r.stage, withDependents(err))
		}
		return nil
	})
}

// analyze gives the planner its figures, and index-only scans their map, before the
// first query.
func (r *replacement) analyze(ctx context.Context) error {
	for _, table := range r.live.tables {
		if _, err := r.conn.Exec(ctx, `VACUUM (ANALYZE) `+pgx.Identifier{r.stage.schema(r.live.name), table}.Sanitize()); err != nil {
			return fmt.Errorf("analyze %s: %w", table, err)
		}
	}
	return nil
}
