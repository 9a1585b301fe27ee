package database

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// CheckSchema fails while the database lacks one of these migrations, which are those that
// the program was built with. More are fine: migrations only add.
func CheckSchema(ctx context.Context, pool *pgxpool.Pool, versions []int64) error {
	const sql = `
		SELECT version FROM unnest($1::bigint[]) AS wanted (version)
		WHERE NOT EXISTS (SELECT FROM goose_db_version WHERE version_id = wanted.version AND is_applied)
		ORDER BY version`
	rows, err := pool.Query(ctx, sql, versions)
	if err != nil {
		return fmt.Errorf("read schema version (has cmd/migrate run?): %w", err)
	}
	missing, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("read schema version (has cmd/migrate run?): %w", err)
	}
	if len(missing) > 0 {
		return fmt.Errorf("the schema lacks %d migrations that this program needs, the first of them %d: run cmd/migrate", len(missing), missing[0])
	}
	return nil
}
