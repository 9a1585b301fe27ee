package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Scheduled is a job that begins a new instance at one of the times of a schedule.
type Scheduled struct {
	Workflow string    `json:"workflow"`
	Name     string    `json:"name"`
	Due      time.Time `json:"due"`
}

// Kind implements river.JobArgs: it returns the name under which River stores jobs of this type.
// The name must never change.
func (Scheduled) Kind() string { return "workflow_schedule" }

// Cause returns the Cause of the first command to the instance that begins at this time.
func (s Scheduled) Cause() Cause {
	instance := event.NewIdentity("schedule "+s.Workflow+" "+s.Name, s.Due.Unix(), 0, s.Due.UnixMilli())
	return Cause{
		Workflow: s.Workflow, Instance: instance, Position: s.Due.Unix(), RecordedAt: s.Due.UnixMilli(), Correlation: instance.String(),
	}
}

// InsertOpts returns River's options for adding the job. With these options, River adds at most one
// job for each time of the schedule.
func (s Scheduled) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue: s.Workflow, MaxAttempts: Attempts, ScheduledAt: s.Due, UniqueOpts: river.UniqueOpts{ByArgs: true},
	}
}

// Ensure makes sure that the queue has a job of a schedule. If the schedule has changed, Ensure
// first deletes each job whose time lies in the future and is no time of the schedule any more.
// Ensure keeps a job whose time has come, also while the job waits for its next attempt. If no job
// of the schedule is left, Ensure adds the next job. If the function Next of the schedule returns
// no possible time, Ensure adds no job, and the error wraps workflow.ErrSchedule. Only the process
// that runs the workflow may call Ensure.
func Ensure(ctx context.Context, conn *pgx.Conn, client *Client, name string, schedule workflow.Schedule) error {
	const (
		now  = `SELECT clock_timestamp()`
		look = `
			SELECT id, (args->>'due')::timestamptz FROM river_job
			WHERE kind = 'workflow_schedule' AND state IN ('available', 'running', 'retryable', 'scheduled') AND args @> jsonb_build_object('workflow', $1::text, 'name', $2::text)`
		drop = `DELETE FROM river_job WHERE id = ANY($1) AND state <> 'running'`
	)
	var at time.Time
	if err := conn.QueryRow(ctx, now).Scan(&at); err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	rows, err := conn.Query(ctx, look, name, schedule.Name)
	if err != nil {
		return fmt.Errorf("look for the jobs of a schedule: %w", err)
	}
	var id int64
	var due time.Time
	var there bool
	var wrong []int64
	if _, err := pgx.ForEachRow(rows, []any{&id, &due}, func() error {
		if !due.After(at) {
			there = true
			return nil
		}
		next, err := schedule.NextAfter(due.Add(-time.Nanosecond))
		if next.Equal(due) {
			there = true
		} else {
			wrong = append(wrong, id)
		}
		return err
	}); err != nil {
		return fmt.Errorf("look for the jobs of a schedule: %w", err)
	}
	if _, err := conn.Exec(ctx, drop, wrong); err != nil {
		return fmt.Errorf("delete the jobs of an old schedule: %w", err)
	}
	if there {
		return nil
	}
	next, err := schedule.NextAfter(at)
	if err != nil {
		return err
	}
	if _, err := client.Insert(ctx, Scheduled{name, schedule.Name, next}, nil); err != nil {
		return fmt.Errorf("add a job of a schedule: %w", err)
	}
	return nil
}
