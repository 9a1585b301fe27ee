package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// CheckSchema fails while the database lacks one of these migrations, which are those that
// the program was built with. More are fine: migrations only add.
func CheckSchema(ctx context.Context, pool *pgxpool.Pool, versions []int64) error {
	const sql = `
		SELECT version FROM unnest($1::bigint[]) AS wanted (version)
		WHERE NOT EXISTS (SELECT FROM goose_db_version WHERE version_id = wanted.version AND is_applied)
		ORDER BY version`
	rows, _ := pool.Query(ctx, sql, versions) // CollectRows returns its error, too
	missing, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && refusal.Code == "42P01" { // undefined_table
		err = unseen(ctx, pool, err)
	}
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if len(missing) > 0 {
		return fmt.Errorf("the schema lacks %d migrations that this program needs, the first of them %d: run cmd/migrate", len(missing), missing[0])
	}
	return nil
}

// unseen says why the migrations' table is not found: it is missing, or not where this
// login looks, or not for it to see.
func unseen(ctx context.Context, pool *pgxpool.Pool, err error) error {
	const sql = `
		SELECT n.nspname, has_schema_privilege(n.oid, 'USAGE'), current_setting('search_path')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'goose_db_version' ORDER BY n.nspname LIMIT 1`
	var schema, path string
	var usable bool
	switch seen := pool.QueryRow(ctx, sql).Scan(&schema, &usable, &path); {
	case errors.Is(seen, pgx.ErrNoRows):
		return fmt.Errorf("%w: has cmd/migrate run?", err)
	case seen == nil:
		if !usable {
			return fmt.Errorf("%w: it is in schema %s, which this login may not use: GRANT USAGE ON SCHEMA %[2]s, or run cmd/migrate with this login's URL", err, schema)
		}
		return fmt.Errorf("%w: it is in schema %s, and search_path is %s: add ?search_path=%[2]s to the URL", err, schema, path)
	}
	return err
}
