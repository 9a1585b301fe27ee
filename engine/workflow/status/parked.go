package status

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/workflow/instances"
)

// Parked is an instance that could not react to an event, or a job that has failed too often.
type Parked struct {
	Workflow string     `json:"workflow"`
	Instance *uuid.UUID `json:"instance"` // nil: the job begins an instance at a time of a schedule
	Job      *int64     `json:"job"`      // id of the job; nil: the instance could not react to an event
	What     string     `json:"what"`     // kind and name of the job, or the position of the event
	Since    *time.Time `json:"since"`    // nil: not known
	Error    string     `json:"error"`
}

// ListParked returns the parked instances and the parked jobs of each named workflow. Within a
// workflow, the one that was parked first comes first. The parameter limit is the largest number
// for each workflow.
func ListParked(ctx context.Context, on instances.Querier, names []string, limit int) ([]Parked, error) {
	const sql = `
		SELECT parked.workflow, parked.instance, parked.job, parked.what, parked.since, parked.error FROM unnest($1::text[]) WITH ORDINALITY AS n (workflow, place)
		CROSS JOIN LATERAL (
		    SELECT i.workflow, i.id AS instance, NULL::bigint AS job, 'event at position ' || i.parked_at AS what, i.updated_at AS since, coalesce(i.error, '') AS error
		    FROM workflow_instances i WHERE i.workflow = n.workflow AND i.parked_at IS NOT NULL AND NOT i.ended
		    UNION ALL
		    SELECT j.queue, (j.args->'cause'->>'instance')::uuid, j.id,
		           replace(j.kind, 'workflow_', '') || ' ' || coalesce(j.args->'command'->>'name', j.args->>'name', '') || coalesce(' of ' || (j.args->>'due'), ''),
		           j.finalized_at, coalesce(j.errors[array_upper(j.errors, 1)]->>'error', '')
		    FROM river_job j WHERE j.state = 'discarded' AND j.queue = n.workflow AND j.priority = 1
		    ORDER BY since LIMIT $2
		) parked
		ORDER BY n.place, parked.since`
	rows, err := on.Query(ctx, sql, names, limit)
	if err != nil {
		return nil, fmt.Errorf("list what is parked: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[Parked])
	if err != nil {
		return nil, fmt.Errorf("list what is parked: %w", err)
	}
	return all, nil
}
