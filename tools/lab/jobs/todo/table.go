package todo

import (
	"context"
	"time"

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

// Insert adds a job for each number. A zero due means now.
func (q *Queue) Insert(ctx context.Context, tx pgx.Tx, numbers []int64, due time.Time) error {
	const sql = `
		WITH woken AS (SELECT pg_notify('todo', ''))
		INSERT INTO todo (due, args)
		SELECT coalesce($1, now()), jsonb_build_object('number', number) FROM woken, unnest($2::bigint[]) AS number`
	var at *time.Time
	if !due.IsZero() {
		at = &due
	}
	_, err := tx.Exec(ctx, sql, at, numbers)
	return err
}

type job struct{ ID, Number int64 }

// claim returns jobs that are due, and hides them from other workers for ten seconds.
func (q *Queue) claim(ctx context.Context) ([]job, error) {
	const sql = `
		UPDATE todo SET due = now() + interval '10 seconds', attempt = attempt + 1
		WHERE id = ANY (ARRAY(SELECT id FROM todo WHERE due <= now() ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING id, (args->>'number')::bigint`
	rows, err := q.pool.Query(ctx, sql, atOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[job])
}

func (q *Queue) remove(ctx context.Context, ids []int64) error {
	_, err := q.pool.Exec(ctx, `DELETE FROM todo WHERE id = ANY ($1)`, ids)
	return err
}
