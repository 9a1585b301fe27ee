package database

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// CheckSchema fails while the database's schema is older than want. A newer one
// is fine: migrations only add.
func CheckSchema(ctx context.Context, pool *pgxpool.Pool, want int64) error {
	const sql = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`
	var have int64
	if err := pool.QueryRow(ctx, sql).Scan(&have); err != nil {
		return fmt.Errorf("read schema version (has cmd/migrate run?): %w", err)
	}
	if have < want {
		return fmt.Errorf("schema is at version %d and this program needs %d: run cmd/migrate", have, want)
	}
	return nil
}
