package work

import (
	"context"
	"fmt"
	"log/slog"
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
func takeOver(ctx context.Context, conn *pgx.Conn, self string, logger *slog.Logger) error {
	const owners = `
		WITH running AS MATERIALIZED (
		    SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)] AS owner FROM river_job WHERE state = 'running'
		)
		SELECT owner, key, pg_try_advisory_xact_lock(key)
		FROM running, hashtextextended($1 || owner, 0) AS k (key) WHERE owner <> $2`
	const ofDead = `SELECT id FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = ANY ($1)`
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
	return free(ctx, conn, logger, ofDead, dead, "the worker process has ended")
}

// takeBack makes the strays of this process available again.
func takeBack(ctx context.Context, conn *pgx.Conn, self string, does *doing, logger *slog.Logger) error {
	const (
		own    = `SELECT id AS job, attempted_at AS at FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`
		ofSelf = `SELECT id FROM river_job WHERE state = 'running' AND id = ANY ($1)`
	)
	rows, err := conn.Query(ctx, own, self)
	if err != nil {
		return fmt.Errorf("look for the jobs of this worker: %w", err)
	}
	attempts, err := pgx.CollectRows(rows, pgx.RowToStructByName[taken])
	if err != nil {
		return fmt.Errorf("look for the jobs of this worker: %w", err)
	}
	strays := does.straysOf(attempts, time.Now())
	if len(strays) == 0 {
		return nil
	}
	return free(ctx, conn, logger, ofSelf, strays, "the worker process has lost the job")
}

// free makes running jobs available again. A job that has used its last attempt is parked instead:
// it may be the reason why processes end. A job's first attempt is repeated immediately. Later
// attempts are repeated at random times, in a period that doubles up to a minute: if one job ends
// every process that does it, the other jobs soon run at other times than this job, and are done
// before their attempts are used up. The parameter named which is a SELECT of the ids of the jobs;
// its $1 is the parameter by.
func free(ctx context.Context, conn *pgx.Conn, logger *slog.Logger, which string, by any, why string) error {
	sql := `
		UPDATE river_job SET scheduled_at = CASE WHEN attempt > 1 AND attempt < max_attempts THEN now() + random() * $3::interval * least(1, 2 ^ (attempt - 7)) ELSE now() END,
		    state = CASE WHEN attempt >= max_attempts THEN 'discarded' WHEN attempt > 1 THEN 'retryable' ELSE 'available' END::river_job_state,
		    finalized_at = CASE WHEN attempt < max_attempts THEN NULL ELSE now() END,
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', $2::text, 'trace', ''))
		WHERE id = ANY (ARRAY(` + which + ` FOR UPDATE SKIP LOCKED)) RETURNING id, queue, attempt >= max_attempts`
	rows, err := conn.Query(ctx, sql, by, why, longestBackoff)
	if err != nil {
		return fmt.Errorf("take jobs over: %w", err)
	}
	var id int64
	var workflow string
	var parked bool
	count := 0
	if _, err := pgx.ForEachRow(rows, []any{&id, &workflow, &parked}, func() error {
		count++
		if parked {
			logger.ErrorContext(ctx, "a job of a workflow has ended its process too often, and is parked: ops workflows parked lists it", "workflow", workflow, "job", id)
		}
		return nil
	}); err != nil {
		return fmt.Errorf("take jobs over: %w", err)
	}
	logger.WarnContext(ctx, "jobs of workflows are taken over", "count", count, "reason", why)
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

// recall corrects the times of jobs that were computed while the clock of the database was ahead.
// River uses that clock. If a job was added, was taken over or failed during that time, the job
// would wait until the clock has reached the same time again. recall makes such a job due
// immediately. If the job has failed, recall makes it due after longestBackoff. A timer is due at
// the time for which it was set. No other job ever waits longer than the limits in this function:
// Soon in the state "available", and twice longestBackoff in the state "retryable". So recall finds
// no jobs, unless the clock was set back.
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

// sweepEvery is the interval at which sweep calls takeOver, takeBack, recall, promote and clean.
const sweepEvery = time.Second
