package work

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// schedule does a job of a schedule: it adds the next job of the schedule, and then begins the
// instance of this job. If the job is done again, it does not add a second next job, and does not
// begin a second instance. If the schedule is bad, the instance begins all the same, and the job
// fails.
func (w *worker) schedule(ctx context.Context, job *river.Job[jobs.Scheduled]) error {
	const clock = `SELECT clock_timestamp()`
	of := w.workflows[job.Args.Workflow]
	i := slices.IndexFunc(of.Schedules, func(s workflow.Schedule) bool { return s.Name == job.Args.Name })
	if i < 0 {
		w.logger.InfoContext(ctx, "a schedule is not there any more", "workflow", job.Args.Workflow, "schedule", job.Args.Name)
		return nil
	}
	after := job.Args.Due
	if !of.Schedules[i].CatchUp {
		var now time.Time
		if err := w.pool.QueryRow(ctx, clock).Scan(&now); err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		if now.After(after) {
			after = now
		}
	}
	next, bad := of.Schedules[i].NextAfter(after)
	if bad == nil {
		client := river.ClientFromContext[pgx.Tx](ctx)
		if _, err := client.Insert(ctx, jobs.Scheduled{Workflow: job.Args.Workflow, Name: job.Args.Name, Due: next}, nil); err != nil {
			return fmt.Errorf("add the next job of a schedule: %w", err)
		}
	}
	if err := w.tell(ctx, job.Args.Cause(), workflow.Fired{Name: job.Args.Name, Due: job.Args.Due}); err != nil {
		return err
	}
	return bad
}
