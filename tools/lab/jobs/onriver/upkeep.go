package onriver

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/rivertype"
)

// soon is a time limit: a timer that is due in less than this time gets the state "available".
// River fetches only jobs in this state, and only when they are due by the database's clock.
const soon = 30 * time.Second

// due changes a job before its INSERT. A timer that is due soon gets the state "available". For a
// job without a due time, due makes the INSERT use the time of the database's clock. River's driver
// would use the clock of the process.
func due(_ context.Context, job *rivertype.JobInsertParams) error {
	switch {
	case job.ScheduledAt == nil || job.ScheduledAt.IsZero():
		job.ScheduledAt = new(time.Time) // River's INSERT turns a zero time into now()
	case job.State == rivertype.JobStateScheduled && time.Until(*job.ScheduledAt) < soon:
		job.State = rivertype.JobStateAvailable
	}
	return nil
}

const (
	// promote sets the state of timers and retries to "available" if they are due soon. It replaces
	// River's scheduler, which reads all pending timers every five seconds, and does not run while
	// the processes elect a new leader.
	promote = `
		UPDATE river_job SET state = 'available'
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job
		    WHERE state IN ('scheduled', 'retryable') AND queue = 'default' AND priority = 1 AND scheduled_at <= now() + interval '30 seconds'
		    LIMIT 10000 FOR UPDATE SKIP LOCKED))`

	// takeOver makes the jobs of ended processes available again. A process has ended if nobody has
	// its session lock.
	takeOver = `
		WITH dead AS MATERIALIZED (
		    SELECT owner FROM (SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)] AS owner FROM river_job WHERE state = 'running') running
		    WHERE pg_try_advisory_xact_lock(hashtext('river'), hashtext(owner)))
		UPDATE river_job SET state = 'available', scheduled_at = now(),
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'the process ended', 'trace', ''))
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job
		    WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] IN (SELECT owner FROM dead)
		    FOR UPDATE SKIP LOCKED))`

	clean = `
		DELETE FROM river_job
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job
		    WHERE state = 'completed' AND finalized_at < now() - interval '1 minute'
		    LIMIT 10000 FOR UPDATE SKIP LOCKED))`
)

// upkeep does the work of the services that River would run in one process (the leader), until ctx
// ends.
func upkeep(ctx context.Context, pool *pgxpool.Pool) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		for _, sql := range []string{promote, takeOver, clean} {
			if _, err := pool.Exec(ctx, sql); err != nil && ctx.Err() == nil {
				return fmt.Errorf("keep River's table: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
