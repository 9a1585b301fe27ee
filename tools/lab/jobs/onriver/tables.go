package onriver

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Prepare creates River's tables.
func Prepare(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// Fill inserts timers that are due in a day.
func Fill(ctx context.Context, pool *pgxpool.Pool, timers int) error {
	const sql = `
		INSERT INTO river_job (state, scheduled_at, kind, args)
		SELECT 'scheduled', now() + interval '1 day' + n * interval '1 ms', 'number', jsonb_build_object('number', n) FROM generate_series(1, $1::bigint) AS n`
	_, err := pool.Exec(ctx, sql, timers)
	return err
}
