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

// lockOf is the beginning of the name of a session lock. Each worker process holds such a lock
// while it runs. The name ends with the id of the process's River client.
const lockOf = "workflow worker "

// takeOver makes the jobs of dead worker processes available again. A process is dead if nobody
// holds its lock. If a process holds its lock, but its session has sent nothing for long, takeOver
// ends the session. The next call then takes over the jobs of this process. River itself would take
// over the jobs only after minutes. If a process only seemed to be dead, it may still do its job.
// Then two processes do the job, but the log accepts the events of the job only once.
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

// promote gives jobs that are due soon the state "available". River's scheduler is not used for
// this: it runs in one process, reads all timers every five seconds, and does nothing for some
// seconds after that process has died.
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

// clean deletes jobs that were done some minutes ago. Jobs that have failed too often are not
// deleted, because an operator decides what happens to them.
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

// sweepEvery is the interval at which sweep calls takeOver, promote and clean.
const sweepEvery = time.Second
