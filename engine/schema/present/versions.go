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

// Check returns an error if the database lacks one of the given migrations. The parameter versions
// has the numbers of the migrations with which the program was built. The key of the map is the
// table that lists these migrations when they are applied. The database may have newer migrations,
// because migrations only add objects.
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

// unseen returns an error that says why the table with the list of migrations can't be read. There
// are three possible reasons: the table is missing, the table is not on the search path of this
// login, or this login is not allowed to read the table.
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

// ErrUnreleased says that a version before the first release has created the database, with
// migrations that no longer exist.
var ErrUnreleased = errors.New("this database was made by an unreleased version, whose migrations are not in any release: it can't be upgraded. Make an empty one and migrate that")

// UnreleasedSQL is an SQL condition that is true if a version before the first release has created
// the database. Such a database has a single table that lists all migrations, both of the engine
// and of the service.
const UnreleasedSQL = `
	SELECT to_regclass('engine_version') IS NULL AND count(*) = 3 AND to_regclass('goose_db_version') IS NOT NULL
	FROM pg_attribute WHERE attrelid = to_regclass('events') AND attname IN ('position', 'stream_id', 'schema_version')`

// CheckReleased returns ErrUnreleased if a version before the first release has created the
// database. Otherwise CheckReleased returns nil.
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
