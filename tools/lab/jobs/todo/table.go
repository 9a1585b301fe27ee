package todo

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Prepare creates the table.
func Prepare(ctx context.Context, pool *pgxpool.Pool) error {
	const sql = `
		CREATE TABLE todo (
		    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		    due     timestamptz NOT NULL DEFAULT now(), -- of a claimed job: when another worker may claim it
		    attempt integer NOT NULL DEFAULT 0,
		    args    jsonb NOT NULL
		);
		CREATE INDEX ON todo (due, id)`
	_, err := pool.Exec(ctx, sql)
	return err
}

// Fill inserts timers that are due in a day.
func Fill(ctx context.Context, pool *pgxpool.Pool, timers int) error {
	const sql = `
		INSERT INTO todo (due, args)
		SELECT now() + interval '1 day' + n * interval '1 ms', jsonb_build_object('number', n) FROM generate_series(1, $1::bigint) AS n`
	_, err := pool.Exec(ctx, sql, timers)
	return err
}

const atOnce = 100 // jobs that a Queue executes at the same time

type job struct{ ID, Number int64 }

// claim returns jobs that are due, and hides them from other workers for ten seconds.
func claim(ctx context.Context, pool *pgxpool.Pool) ([]job, error) {
	const sql = `
		UPDATE todo SET due = now() + interval '10 seconds', attempt = attempt + 1
		WHERE id = ANY (ARRAY(SELECT id FROM todo WHERE due <= now() ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING id, (args->>'number')::bigint`
	rows, err := pool.Query(ctx, sql, atOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[job])
}

func remove(ctx context.Context, pool *pgxpool.Pool, ids []int64) error {
	_, err := pool.Exec(ctx, `DELETE FROM todo WHERE id = ANY ($1)`, ids)
	return err
}
