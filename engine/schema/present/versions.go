package present

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/failure"
)

// Check returns an error while the database lacks one of these migrations. versions has the
// migrations that the program was built with, by the table that lists them. Additional migrations
// in the database are accepted, because migrations only add.
func Check(ctx context.Context, pool *pgxpool.Pool, versions map[string][]int64) error {
	for _, table := range slices.Sorted(maps.Keys(versions)) { // in a fixed order, so that the error is always the same
		if err := checkList(ctx, pool, table, versions[table]); err != nil {
			return err
		}
	}
	return nil
}

func checkList(ctx context.Context, pool *pgxpool.Pool, table string, wanted []int64) error {
	sql := `
		SELECT version FROM unnest($1::bigint[]) AS wanted (version)
		WHERE NOT EXISTS (SELECT FROM ` + pgx.Identifier{table}.Sanitize() + ` WHERE version_id = wanted.version AND is_applied)
		ORDER BY version`
	rows, _ := pool.Query(ctx, sql, wanted) // CollectRows returns this error, too
	missing, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if failure.Is(err, failure.UndefinedTable) {
		err = unseen(ctx, pool, table, err)
	}
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if len(missing) > 0 {
		return fmt.Errorf("the schema lacks %d migrations that this program needs, the first of them %d of %s: run cmd/migrate", len(missing), missing[0], table)
	}
	return nil
}

// unseen returns an error that says why a list of migrations is not found: the table is missing, or
// not on the search path of this login, or this login may not read it.
func unseen(ctx context.Context, pool *pgxpool.Pool, table string, err error) error {
	const sql = `
		SELECT n.nspname, has_schema_privilege(n.oid, 'USAGE'), current_setting('search_path')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 ORDER BY n.nspname LIMIT 1`
	if unreleased := CheckReleased(ctx, pool); unreleased != nil {
		return unreleased
	}
	var schema, path string
	var usable bool
	switch seen := pool.QueryRow(ctx, sql, table).Scan(&schema, &usable, &path); {
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

// ErrUnreleased means that a version before the first release has created the database, by
// migrations that do not exist any more.
var ErrUnreleased = errors.New("this database was made by an unreleased version, whose migrations are not in any release: it can't be upgraded. Make an empty one and migrate that")

// UnreleasedSQL is an SQL condition: an unreleased version has created the database. A database of
// an unreleased version has one list of all migrations, including the engine's, beside the log.
const UnreleasedSQL = `
	SELECT to_regclass('engine_version') IS NULL AND count(*) = 3 AND to_regclass('goose_db_version') IS NOT NULL
	FROM pg_attribute WHERE attrelid = to_regclass('events') AND attname IN ('position', 'stream_id', 'schema_version')`

// CheckReleased returns ErrUnreleased if an unreleased version has created the database, otherwise
// nil.
func CheckReleased(ctx context.Context, pool *pgxpool.Pool) error {
	var unreleased bool
	if err := pool.QueryRow(ctx, UnreleasedSQL).Scan(&unreleased); err != nil {
		return fmt.Errorf("look at the lists of migrations: %w", err)
	}
	if unreleased {
		return ErrUnreleased
	}
	return nil
}
