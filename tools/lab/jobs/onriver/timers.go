package onriver

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// soon is how long before its time a timer gets the state available. River fetches jobs only in this
// state, and not before their time by the database's clock.
const soon = 30 * time.Second

// due gives a timer that is due soon the state available: River's scheduler would come too late. It
// gives a job without a time the database's time, because River's driver would take the process's.
func due(_ context.Context, job *rivertype.JobInsertParams) error {
	switch {
	case job.ScheduledAt == nil || job.ScheduledAt.IsZero():
		job.ScheduledAt = new(time.Time) // River's INSERT turns a zero time into now()
	case job.State == rivertype.JobStateScheduled && time.Until(*job.ScheduledAt) < soon:
		job.State = rivertype.JobStateAvailable
	}
	return nil
}

// promote gives timers that are due soon the state available, until ctx ends. River's scheduler does
// that, too, but not while the processes elect a new leader.
func (q *Queue) promote(ctx context.Context) error {
	const sql = `
		UPDATE river_job SET state = 'available'
		WHERE id = ANY (ARRAY(
		    SELECT id FROM river_job
		    WHERE state = 'scheduled' AND queue = 'default' AND priority = 1 AND scheduled_at <= now() + $1
		    ORDER BY scheduled_at LIMIT 10000 FOR UPDATE SKIP LOCKED))`
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if _, err := q.pool.Exec(ctx, sql, soon); err != nil && ctx.Err() == nil {
			return fmt.Errorf("promote timers: %w", err)
		}
	}
}
