package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/workflow/react"
)

// ErrHasInstances means that a workflow can't be started at a position, because it has already
// reacted to events.
var ErrHasInstances = errors.New("it has instances already, and would react to their events twice")

// Start starts a workflow that has no instance: the workflow reacts to the event at the position
// from, and to all later events. The workflow may already have a checkpoint at the end of the log,
// because a process that runs a new workflow adds such a checkpoint. Start replaces this
// checkpoint.
func (c *Control) Start(ctx context.Context, name string, from int64, by By) error {
	if err := c.Check(name); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, c.config.Pool, func(tx pgx.Tx) error { return start(ctx, tx, name, from) })
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	c.log("workflow started", name, by, "from", from)
	return nil
}

// start moves the checkpoint, and then fails if the workflow has instances. A process may react to
// events at the same time. If this process locks the checkpoint later than start, it has to wait,
// and then fails, because it expects the checkpoint at the old position. If the process locks the
// checkpoint first, start sees the new instances, and fails.
func start(ctx context.Context, tx pgx.Tx, name string, from int64) error {
	sql := `
		INSERT INTO checkpoints AS c (projection, position, event_position, event_id)
		SELECT $1, $2::bigint, CASE WHEN $2::bigint > 0 THEN $2::bigint END, ` + logsql.ID("$2::bigint") + ` WHERE $2::bigint <= ` + logsql.Head + `
		ON CONFLICT (projection) DO UPDATE SET position = excluded.position, event_position = excluded.event_position,
		    event_id = excluded.event_id, ahead_of = NULL, parkings = c.parkings + 1, updated_at = clock_timestamp()`
	const used = `
		SELECT EXISTS (SELECT FROM workflow_instances WHERE workflow = $1)`
	if from < 1 {
		return fmt.Errorf("position %d: the first event of the log has the position 1", from)
	}
	tag, err := tx.Exec(ctx, sql, react.CheckpointOf(name), from-1)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("position %d is beyond the end of the log", from)
	}
	var has bool
	if err := tx.QueryRow(ctx, used, name).Scan(&has); err != nil {
		return err
	}
	if has {
		return ErrHasInstances
	}
	return nil
}
