package stage

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Searching returns a pool whose sessions look for tables in the given schema first. Every session
// that works on a stage (tables that serve no queries) must come from this pool: a session of
// another pool would write to the live tables.
func Searching(ctx context.Context, in *pgxpool.Pool, schema string) (*pgxpool.Pool, error) {
	var path string
	if err := in.QueryRow(ctx, `SHOW search_path`).Scan(&path); err != nil {
		return nil, fmt.Errorf("read search path: %w", err)
	}
	config := in.Config()
	config.MaxConns, config.MinConns = 2, 0
	config.ConnConfig.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize() + ", " + path
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	return pool, nil
}

// CheckRole returns an error if the role of the pool may not move the tables to another schema.
func CheckRole(ctx context.Context, in *pgxpool.Pool, tables []string) error {
	const may = `
		SELECT has_database_privilege(current_database(), 'CREATE') AND has_table_privilege('checkpoints', 'DELETE')
		       AND bool_and(coalesce(pg_has_role(c.relowner, 'USAGE'), false))
		FROM unnest($1::text[]) AS t (name) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)`
	var allowed bool
	if err := in.QueryRow(ctx, may, tables).Scan(&allowed); err != nil {
		return fmt.Errorf("look what the role may do: %w", err)
	}
	if !allowed {
		return errors.New("a rebuild makes and moves tables: run it as their owner, with the DATABASE_URL of cmd/migrate")
	}
	return nil
}

// There returns the stages (tables that serve no queries) that exist for a projection.
func There(ctx context.Context, conn *pgx.Conn, projection string) (map[Stage]bool, error) {
	const sql = `SELECT projection FROM checkpoints WHERE projection = ANY ($1)`
	names := make(map[string]Stage)
	var all []string
	for _, s := range []Stage{Rebuilt, Kept, Undone} {
		names[s.Checkpoint(projection)] = s
		all = append(all, s.Checkpoint(projection))
	}
	rows, err := conn.Query(ctx, sql, all)
	if err != nil {
		return nil, fmt.Errorf("look for tables of a rebuild: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	there := make(map[Stage]bool)
	for _, name := range found {
		there[names[name]] = true
	}
	return there, err
}

// Locate returns the schema and the owner of the live tables.
func Locate(ctx context.Context, in *pgxpool.Pool, tables []string) (schema, owner string, err error) {
	const sql = `
		SELECT n.nspname, min(pg_get_userbyid(c.relowner)::text) FROM unnest($1::text[]) AS t (name)
		JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_namespace n ON n.oid = c.relnamespace GROUP BY n.nspname`
	rows, err := in.Query(ctx, sql, tables)
	if err == nil {
		_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
			return struct{}{}, row.Scan(&schema, &owner)
		})
	}
	if err != nil {
		return "", "", fmt.Errorf("find the tables, all in one schema: %w", err)
	}
	return schema, owner, nil
}
