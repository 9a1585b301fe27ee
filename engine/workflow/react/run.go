package react

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/pg/retry"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// Run reacts to events until ctx ends. Run returns an error only if the log has a gap; after any
// other error, Run tries again.
func (r *Reactor) Run(ctx context.Context) error {
	name := CheckpointOf(r.Workflow.Name)
	return retry.Backoff{Least: 50 * time.Millisecond, Most: 5 * time.Second}.Repeat(ctx, func(ctx context.Context) (moved bool, err error) {
		if err := r.enroll(ctx, name); err != nil {
			return false, err
		}
		err = lock.Hold(ctx, r.Pool, name, func(ctx context.Context, conn *pgx.Conn) error {
			r.Logger.InfoContext(ctx, "workflow taken", "workflow", r.Workflow.Name)
			return r.follow(ctx, conn, &moved)
		})
		return moved, err
	}, func(err error, retryIn time.Duration) error {
		if errors.Is(err, batch.ErrBrokenLog) {
			return fmt.Errorf("react for %s: %w", r.Workflow.Name, err)
		}
		r.Metrics.failed(r.Workflow.Name)
		r.Logger.Error("workflow interrupted, trying again", "workflow", r.Workflow.Name, "error", err, "retry_seconds", retryIn.Seconds())
		return nil
	})
}

// enroll adds a checkpoint for a workflow that has none. The checkpoint is at the last event of the
// log, so the new workflow reacts only to later events. A migration can also add this checkpoint
// earlier, with the SQL function start_workflow.
func (r *Reactor) enroll(ctx context.Context, name string) error {
	const sql = `
		INSERT INTO checkpoints (projection, position, event_position, event_id)
		SELECT $1, coalesce(last.position, 0), last.position, last.event_id
		FROM (VALUES (1)) one_row LEFT JOIN ` + logsql.Last + ` last ON true
		ON CONFLICT DO NOTHING`
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	tag, err := r.Pool.Exec(ctx, sql, name)
	if err != nil {
		return fmt.Errorf("enroll workflow: %w", err)
	}
	if tag.RowsAffected() > 0 {
		r.Logger.WarnContext(ctx, "the workflow is new here: it reacts to events that are recorded from now on", "workflow", r.Workflow.Name)
	}
	return nil
}

// follow reacts to all new events, waits for further events, and repeats both until an error
// occurs.
func (r *Reactor) follow(ctx context.Context, conn *pgx.Conn, moved *bool) error {
	name := CheckpointOf(r.Workflow.Name)
	var ensured time.Time
	for at := (*checkpoint.Checkpoint)(nil); ; {
		if time.Since(ensured) > time.Minute {
			if err := r.ensureSchedules(ctx, conn); err != nil {
				return err
			}
			ensured = time.Now()
		}
		count, err := r.step(ctx, conn, name, &at)
		if errors.Is(err, checkpoint.ErrAhead) {
			r.Logger.ErrorContext(ctx, "workflow stopped until an operator decides", "workflow", r.Workflow.Name, "error", err)
			at = nil
			r.wait(ctx)
			continue
		}
		if errors.Is(err, checkpoint.ErrMoved) { // an operator has retried an instance, or set the checkpoint back
			at = nil
			continue
		}
		if err != nil {
			return err
		}
		*moved = *moved || count > 0
		if count == 0 {
			r.wait(ctx)
			at = nil
		}
	}
}

// ensureSchedules adds the next job of each schedule that has none, for example because an operator
// has deleted it. If a schedule is bad, ensureSchedules logs this, and continues with the others.
func (r *Reactor) ensureSchedules(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	for _, schedule := range r.Workflow.Schedules {
		err := jobs.Ensure(ctx, conn, r.Jobs, r.Workflow.Name, schedule)
		switch {
		case errors.Is(err, workflow.ErrSchedule):
			r.Metrics.failed(r.Workflow.Name)
			r.Logger.ErrorContext(ctx, "a schedule of a workflow has no next time, trying again in a minute", "workflow", r.Workflow.Name, "schedule", schedule.Name, "error", err)
		case err != nil:
			return err
		}
	}
	return nil
}

// wait returns when new events are signalled, and at the latest after the poll interval or half of
// lock.StallAfter, whichever is shorter. A session that sends nothing for lock.StallAfter would
// lose its lock.
func (r *Reactor) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-r.Wake:
	case <-time.After(min(r.Poll, lock.StallAfter/2)):
	}
}
