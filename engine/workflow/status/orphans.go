package status

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/pg/lock"
)

// Orphans returns the names of the workflows that have open instances or unfinished jobs, and that
// are not among the given names. Such a workflow was renamed or removed, or only a newer version of
// the program has it. For each name the query reads only a few index entries, even if there are
// many rows.
func Orphans(ctx context.Context, on lock.Querier, names []string) ([]string, error) {
	const sql = `
		WITH RECURSIVE opened (workflow) AS (
		    (SELECT i.workflow FROM workflow_instances i WHERE NOT i.ended ORDER BY i.workflow LIMIT 1)
		    UNION ALL
		    SELECT (SELECT i.workflow FROM workflow_instances i WHERE NOT i.ended AND i.workflow > opened.workflow ORDER BY i.workflow LIMIT 1)
		    FROM opened WHERE opened.workflow IS NOT NULL
		), waiting (state, queue) AS (
		    SELECT s.state, (SELECT j.queue FROM river_job j WHERE j.state = s.state ORDER BY j.queue LIMIT 1)
		    FROM unnest('{available,scheduled,retryable,running,discarded}'::river_job_state[]) AS s (state)
		    UNION ALL
		    SELECT w.state, (SELECT j.queue FROM river_job j WHERE j.state = w.state AND j.queue > w.queue ORDER BY j.queue LIMIT 1)
		    FROM waiting w WHERE w.queue IS NOT NULL
		)
		SELECT workflow FROM opened WHERE workflow <> ALL ($1)
		UNION
		SELECT queue FROM waiting WHERE queue <> ALL ($1)
		AND (SELECT j.kind FROM river_job j WHERE j.state = waiting.state AND j.queue = waiting.queue AND j.priority = 1
		     ORDER BY j.scheduled_at LIMIT 1) LIKE 'workflow\_%' -- other jobs of the service are no workflow's
		ORDER BY 1`
	rows, err := on.Query(ctx, sql, append([]string{}, names...)) // a nil slice would be NULL
	if err != nil {
		return nil, fmt.Errorf("look for workflows that are not in this program: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look for workflows that are not in this program: %w", err)
	}
	return found, nil
}

// AllWithOrphans returns what All returns, and after that the status of each of the Orphans.
func AllWithOrphans(ctx context.Context, on lock.Querier, names []string, limit int64) ([]Status, error) {
	orphans, err := Orphans(ctx, on, names)
	if err != nil {
		return nil, err
	}
	all, err := All(ctx, on, slices.Concat(names, orphans), limit)
	if err != nil {
		return nil, err
	}
	for i := range orphans {
		all[len(names)+i].Orphaned = true
	}
	return all, nil
}
