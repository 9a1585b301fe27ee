package jobs

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// Part identifies a job of an instance.
type Part struct {
	Position int64  // position of the event to which the workflow has reacted
	Does     string // what the job does: the Part of its Cause
	Number   int    // number of the job among those with equal Position and Does
}

// Find returns the ids of an instance's jobs. It leaves out jobs that were deleted or cancelled.
func Find(ctx context.Context, tx pgx.Tx, workflow string, instance uuid.UUID) (map[Part]int64, error) {
	const sql = `
		SELECT id, (args->'cause'->>'position')::bigint, coalesce(args->'cause'->>'part', ''), (args->'cause'->>'number')::int FROM river_job
		WHERE args @> jsonb_build_object('cause', jsonb_build_object('workflow', $1::text, 'instance', $2::uuid)) AND queue = $1 AND state <> 'cancelled'`
	rows, err := tx.Query(ctx, sql, workflow, instance)
	if err != nil {
		return nil, fmt.Errorf("look for the jobs of an instance: %w", err)
	}
	var id int64
	var part Part
	found := make(map[Part]int64)
	if _, err := pgx.ForEachRow(rows, []any{&id, &part.Position, &part.Does, &part.Number}, func() error {
		found[part] = id
		return nil
	}); err != nil {
		return nil, fmt.Errorf("look for the jobs of an instance: %w", err)
	}
	return found, nil
}

// Describe returns the Cause of a job, and says in words what the job does.
func Describe(args river.JobArgs) (cause Cause, what string) {
	switch job := args.(type) {
	case Command:
		return job.Cause, "command " + job.Command.Name
	case Timer:
		return job.Cause, "timer " + job.Name
	case Call:
		return job.Cause, "call " + job.Name
	}
	return cause, args.Kind()
}
