package control

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/workflow/react"
)

// Rewound describes what Resume has changed for a workflow whose checkpoint was ahead of the log.
type Rewound struct {
	Position  int64 // the workflow continues after this position
	Instances int64 // instances that had events which the log has lost
	Jobs      int64 // jobs that were reactions to these events, and are cancelled
}

// rewind looks for instances of a workflow that have events which the log has lost, and removes
// these events from the instances. An instance without remaining events is deleted. The other
// changed instances get the shape -1, which no workflow has, so the Reactor folds their states
// again from the remaining events. rewind also cancels the jobs that were reactions to lost events,
// but does not undo what these jobs have already done.
func rewind(ctx context.Context, tx pgx.Tx, name string, by By, done *Rewound) error {
	const (
		ended = `
			SELECT least(position, ahead_of) FROM checkpoints WHERE projection = $1 AND ahead_of IS NOT NULL FOR NO KEY UPDATE`
		cancel = `
			UPDATE river_job SET state = 'cancelled', finalized_at = now(),
			    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'cancelled by ' || $3::text || ': the log has lost the event', 'trace', ''))
			WHERE queue = $1 AND state IN ('available', 'scheduled', 'retryable', 'pending', 'discarded') AND (args->'cause'->>'position')::bigint > $2`
		drop = `
			DELETE FROM workflow_instances WHERE workflow = $1 AND positions[1] > $2`
		cut = `
			UPDATE workflow_instances i SET shape = -1, ended = false,
			    positions = ARRAY(SELECT p FROM unnest(i.positions) p WHERE p <= $2 ORDER BY p),
			    timers = coalesce((SELECT jsonb_object_agg(t.key, t.value) FROM jsonb_each(i.timers) t
			                       JOIN river_job j ON j.id = (t.value->>'job')::bigint AND j.state <> 'cancelled'), '{}'),
			    parked_at = CASE WHEN i.parked_at <= $2 THEN i.parked_at END, error = CASE WHEN i.parked_at <= $2 THEN i.error END
			WHERE workflow = $1 AND positions[array_upper(positions, 1)] > $2`
	)
	var end int64
	if err := tx.QueryRow(ctx, ended, react.CheckpointOf(name)).Scan(&end); err != nil {
		return fmt.Errorf("lock the checkpoint: %w", err)
	}
	cancelled, err := tx.Exec(ctx, cancel, name, end, by.Operator)
	if err != nil {
		return fmt.Errorf("cancel jobs: %w", err)
	}
	dropped, err := tx.Exec(ctx, drop, name, end)
	if err != nil {
		return fmt.Errorf("delete instances: %w", err)
	}
	changed, err := tx.Exec(ctx, cut, name, end)
	if err != nil {
		return fmt.Errorf("change instances: %w", err)
	}
	done.Jobs, done.Instances = cancelled.RowsAffected(), dropped.RowsAffected()+changed.RowsAffected()
	return nil
}
