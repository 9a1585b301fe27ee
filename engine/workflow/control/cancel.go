package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/status"
)

// Cancelled says what Cancel has done for one instance.
type Cancelled struct {
	Workflow  string
	Jobs      []int64 // jobs and timers that are cancelled
	Running   []int64 // jobs that a process is executing: it is asked to stop, and the job may still finish
	Reparked  bool    // the instance was parked before
	NextEvent int64   // the instance does not react to events from this position on
}

// Cancel stops the instances with the given id: each workflow has at most one such instance. Cancel
// cancels all jobs and timers of these instances that have not been done. The instances do not
// react to later events. Cancel does not undo what was done before. The database stores the reason
// with the instance and with the jobs. A later Retry makes the instance react to events again, also
// to the events that it has missed, and adds its cancelled jobs again.
func (c *Control) Cancel(ctx context.Context, id uuid.UUID, by By) ([]Cancelled, error) {
	found, err := c.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []Cancelled
	var ended error
	for _, one := range found {
		done := Cancelled{Workflow: one.Workflow}
		if err := pgx.BeginFunc(ctx, c.config.Pool, func(tx pgx.Tx) error { return c.cancel(ctx, tx, id, by, &done) }); errors.Is(err, ErrEnded) {
			ended = fmt.Errorf("%s, instance %s: %w", one.Workflow, id, err)
			continue
		} else if err != nil {
			return all, fmt.Errorf("cancel %s, instance %s: %w", one.Workflow, id, err)
		}
		all = append(all, done)
		c.log("instance of a workflow cancelled", one.Workflow, by, "instance", id, "jobs", done.Jobs, "running", done.Running)
	}
	if len(all) == 0 {
		return nil, ended
	}
	return all, nil
}

// ErrEnded means that an instance has ended or was cancelled before, and that none of its jobs
// waits.
var ErrEnded = errors.New("it has ended: nothing to cancel")

// cancel cancels one instance in a transaction. The transaction locks the checkpoint first, so that
// no process adds jobs meanwhile.
func (c *Control) cancel(ctx context.Context, tx pgx.Tx, id uuid.UUID, by By, done *Cancelled) error {
	if _, err := checkpoint.Hold(ctx, tx, react.CheckpointOf(done.Workflow)); err != nil {
		return err
	}
	known, err := instances.Read(ctx, tx, done.Workflow, []uuid.UUID{id})
	if err != nil {
		return err
	}
	one := known[id]
	if one == nil {
		return status.ErrNoInstance
	}
	if err := c.cancelJobs(ctx, tx, id, by, done); err != nil {
		return err
	}
	if one.Ended && len(done.Jobs)+len(done.Running) == 0 {
		return ErrEnded
	}
	why := fmt.Sprintf("cancelled by %s: %s", by.Operator, by.Note)
	if done.Reparked = one.ParkedAt != nil; done.Reparked {
		why += "\nbefore, it was parked: " + one.Error
	} else {
		next := int64(0)
		if count := len(one.Positions); count > 0 {
			next = one.Positions[count-1] + 1
		}
		one.ParkedAt = &next
	}
	one.Error, one.Ended, done.NextEvent = why, true, *one.ParkedAt
	clear(one.Timers)
	return instances.Save(ctx, tx, done.Workflow, []*instances.Instance{one})
}

// cancelJobs cancels the jobs of an instance that are not done. If a process is executing a job,
// cancelJobs asks it to stop, but the job may still finish.
func (c *Control) cancelJobs(ctx context.Context, tx pgx.Tx, id uuid.UUID, by By, done *Cancelled) error {
	const sql = `
		UPDATE river_job SET state = 'cancelled', finalized_at = now(),
		    metadata = metadata || jsonb_build_object('cancelled_by', $2::text, 'cancel_note', $3::text),
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'cancelled by ' || $2::text || ': ' || $3::text, 'trace', ''))
		WHERE id = ANY ($1) AND state IN ('available', 'scheduled', 'retryable', 'pending', 'discarded')
		RETURNING id`
	jobs, err := status.Jobs(ctx, tx, done.Workflow, id)
	if err != nil {
		return err
	}
	var waiting []int64
	for _, job := range jobs {
		if state := rivertype.JobState(job.State); state != rivertype.JobStateCompleted && state != rivertype.JobStateCancelled {
			waiting = append(waiting, job.ID)
		}
	}
	rows, err := tx.Query(ctx, sql, waiting, by.Operator, by.Note)
	if err != nil {
		return fmt.Errorf("cancel jobs: %w", err)
	}
	if done.Jobs, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return fmt.Errorf("cancel jobs: %w", err)
	}
	cancelled := make(map[int64]bool)
	for _, job := range done.Jobs {
		cancelled[job] = true
	}
	for _, job := range waiting {
		if cancelled[job] {
			continue
		}
		now, err := c.queue.JobCancelTx(ctx, tx, job)
		if errors.Is(err, rivertype.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("cancel job %d: %w", job, err)
		}
		if now.State == rivertype.JobStateRunning {
			done.Running = append(done.Running, job)
		}
	}
	return nil
}
