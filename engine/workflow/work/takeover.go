package work

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// lockOf is the start of the name of the session lock that each worker process holds while it
// lives. The rest is the id of its River client.
const lockOf = "workflow worker "

// takeOver makes the jobs of dead worker processes available again. A process is dead if nobody
// holds its lock. If a process holds its lock, but its session has been silent for long, the
// session is ended, and the next call takes the jobs over. River itself would take them over after
// minutes. A process that only seemed dead may do its job, too: the log takes the events of a job
// once.
func takeOver(ctx context.Context, conn *pgx.Conn, self string) error {
	const owners = `
		WITH running AS MATERIALIZED (
		    SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)] AS owner FROM river_job WHERE state = 'running'
		)
		SELECT owner, key, pg_try_advisory_xact_lock(key)
		FROM running, hashtextextended($1 || owner, 0) AS k (key) WHERE owner <> $2`
	const free = `
		UPDATE river_job SET state = 'available', scheduled_at = now(),
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'the worker process has ended', 'trace', ''))
		WHERE id = ANY (ARRAY(SELECT id FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = ANY ($1) FOR UPDATE SKIP LOCKED))`
	rows, err := conn.Query(ctx, owners, lockOf, self)
	if err != nil {
		return fmt.Errorf("look for dead workers: %w", err)
	}
	var owner string
	var key int64
	var isDead bool
	var dead []string
	var alive []int64
	if _, err := pgx.ForEachRow(rows, []any{&owner, &key, &isDead}, func() error {
		if isDead {
			dead = append(dead, owner)
		} else {
			alive = append(alive, key)
		}
		return nil
	}); err != nil {
		return fmt.Errorf("look for dead workers: %w", err)
	}
	for _, key := range alive {
		if err := lock.EvictSilent(ctx, conn, key); err != nil {
			return fmt.Errorf("end silent worker: %w", err)
		}
	}
	if len(dead) == 0 {
		return nil
	}
	if _, err := conn.Exec(ctx, free, dead); err != nil {
		return fmt.Errorf("take jobs of dead workers over: %w", err)
	}
	return nil
}

// promote makes jobs available that are due soon. River's scheduler would read all timers every
// five seconds, in one process, and not at all for some seconds after that process has died.
func promote(ctx context.Context, conn *pgx.Conn, queues []string) error {
	const sql = `
		UPDATE river_job SET state = 'available'
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job WHERE state = $1::river_job_state AND queue = $2 AND priority = 1 AND scheduled_at <= now() + $3::interval
		    ORDER BY scheduled_at LIMIT 10000 FOR UPDATE SKIP LOCKED))`
	work := &pgx.Batch{}
	for _, queue := range queues {
		for _, state := range []string{"scheduled", "retryable"} {
			work.Queue(sql, state, queue, jobs.Soon).Exec(func(pgconn.CommandTag) error { return nil })
		}
	}
	if err := conn.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("promote jobs that are due: %w", err)
	}
	return nil
}

// recall makes jobs due whose time was computed while the clock of the database was ahead. River's
// times are those of that clock: a job that was added, taken over or failed then would wait until
// the clock has reached the same time again. No other job waits longer than the margins, except a
// timer, which keeps its own time; and a job that has failed waits again, in case the clock of its
// process differs. So recall reads no rows, unless the clock was set back.
func recall(ctx context.Context, conn *pgx.Conn, queues []string) error {
	const sql = `
		UPDATE river_job SET scheduled_at = greatest(now() + $4::interval, (args->>'due')::timestamptz)
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job
		    WHERE state = $1::river_job_state AND queue = $2 AND priority = 1 AND scheduled_at > now() + $3::interval
		      AND (args->>'due' IS NULL OR scheduled_at > (args->>'due')::timestamptz + $3::interval)
		    LIMIT 10000 FOR UPDATE SKIP LOCKED))`
	work := &pgx.Batch{}
	for _, queue := range queues {
		work.Queue(sql, "available", queue, jobs.Soon, time.Duration(0)).Exec(func(pgconn.CommandTag) error { return nil })
		work.Queue(sql, "retryable", queue, 2*longestBackoff, longestBackoff).Exec(func(pgconn.CommandTag) error { return nil })
	}
	if err := conn.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("recall jobs whose time was wrong: %w", err)
	}
	return nil
}

// clean deletes jobs that were done some minutes ago. Jobs that have failed too often stay: an
// operator decides about them.
func clean(ctx context.Context, conn *pgx.Conn) error {
	const sql = `
		DELETE FROM river_job
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job WHERE state IN ('completed', 'cancelled') AND finalized_at < now() - interval '10 minutes'
		    LIMIT 10000 FOR UPDATE SKIP LOCKED))`
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("delete jobs that were done: %w", err)
	}
	return nil
}

// sweepEvery is the interval of takeOver, recall, promote and clean.
const sweepEvery = time.Second
