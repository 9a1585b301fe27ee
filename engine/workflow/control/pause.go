package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/status"
)

// Pause stops the jobs of a workflow in all processes, until Resume is called: no job begins, and
// no timer fires. Jobs that have begun are finished. The workflow still reacts to events, but the
// jobs of its reactions wait. A restart of the processes does not end the pause.
func (c *Control) Pause(ctx context.Context, name string, by By) error {
	const sql = `
		INSERT INTO river_queue AS q (name, created_at, metadata, updated_at)
		VALUES ($1, now(), jsonb_build_object('paused_by', $2::text, 'pause_note', $3::text), now())
		ON CONFLICT (name) DO UPDATE SET metadata = q.metadata || excluded.metadata`
	if err := c.Check(name); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, c.config.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sql, name, by.Operator, by.Note); err != nil {
			return err
		}
		return c.queue.QueuePauseTx(ctx, tx, name, nil)
	})
	if err != nil {
		return fmt.Errorf("pause %s: %w", name, err)
	}
	c.log("workflow paused", name, by)
	return nil
}

// Resumed describes what Resume has done.
type Resumed struct {
	Jobs    bool     // the jobs were paused
	Stopped *Rewound // nil: the workflow was not stopped
}

// ErrRuns means that a workflow is neither paused nor stopped.
var ErrRuns = errors.New("it is neither paused nor stopped")

// Resume ends a pause. If the workflow was stopped because its checkpoint was ahead of the log,
// Resume also restarts the workflow. The instances may have events that the log has lost. Resume
// then removes these events from the instances, and cancels the jobs that were reactions to these
// events. The workflow continues after the last event that the log has kept.
func (c *Control) Resume(ctx context.Context, name string, by By) (done Resumed, err error) {
	if err := c.Check(name); err != nil {
		return done, err
	}
	all, err := status.All(ctx, c.config.Pool, []string{name}, 1)
	if err != nil {
		return done, err
	}
	if all[0].Ahead {
		if done.Stopped, err = c.restart(ctx, name, by); err != nil {
			return done, fmt.Errorf("resume %s: %w", name, err)
		}
		c.log("workflow resumed that was ahead of the log", name, by, "position", done.Stopped.Position, "instances", done.Stopped.Instances, "jobs", done.Stopped.Jobs)
	}
	if all[0].PausedAt != nil {
		if err := c.unpause(ctx, name); err != nil {
			return done, fmt.Errorf("resume %s: %w", name, err)
		}
		done.Jobs = true
		c.log("workflow resumed", name, by)
	}
	if done == (Resumed{}) {
		return done, fmt.Errorf("%s: %w", name, ErrRuns)
	}
	return done, nil
}

// restart restarts a workflow that was stopped. The last step allows the checkpoint to move again,
// so no process reacts to events before the other steps are done.
func (c *Control) restart(ctx context.Context, name string, by By) (*Rewound, error) {
	done := &Rewound{}
	if err := pgx.BeginFunc(ctx, c.config.Pool, func(tx pgx.Tx) error { return rewind(ctx, tx, name, by, done) }); err != nil {
		return nil, err
	}
	position, err := checkpoint.Resume(ctx, c.config.Pool, react.CheckpointOf(name))
	done.Position = position
	return done, err
}

// unpause ends a pause.
func (c *Control) unpause(ctx context.Context, name string) error {
	const sql = `
		UPDATE river_queue SET metadata = metadata - 'paused_by' - 'pause_note' WHERE name = $1`
	return pgx.BeginFunc(ctx, c.config.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sql, name); err != nil {
			return err
		}
		return c.queue.QueueResumeTx(ctx, tx, name, nil)
	})
}
