package status

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/workflow/react"
)

// Status has the state of one workflow, which this process or another process may run. No count is
// greater than the field Limit: if a count equals Limit, the real number may be greater.
type Status struct {
	Workflow  string       `json:"workflow"`
	Head      int64        `json:"head"`     // end of the log
	Position  int64        `json:"position"` // position of the workflow
	LagEvents int64        `json:"lag_events"`
	New       bool         `json:"new"`       // the workflow has no checkpoint: it has never run, and nobody has started it
	Ahead     bool         `json:"ahead"`     // the workflow was stopped because its checkpoint is ahead of the log
	PausedAt  *time.Time   `json:"paused_at"` // when an operator has paused its jobs; nil: they are not paused
	PausedBy  string       `json:"paused_by"`
	PauseNote string       `json:"pause_note"`
	Holder    *lock.Holder `json:"holder"` // session of the process that reacts; nil: no process reacts

	Orphaned bool `json:"orphaned"` // the workflow is not in this program, and AllWithOrphans has found it

	Open   int64   `json:"open"`         // instances that have not ended
	Parked int64   `json:"parked"`       // instances that could not react to an event, and have not ended
	Idle   float64 `json:"idle_seconds"` // how long ago the oldest open instance that is not parked had its last event; 0: there is none

	Due        int64   `json:"due"`          // jobs that are due, and have not begun
	Running    int64   `json:"running"`      // jobs that are being done
	Retryable  int64   `json:"retryable"`    // jobs that have failed, and wait for the next attempt
	ParkedJobs int64   `json:"parked_jobs"`  // jobs that have failed too often: River calls them discarded
	Timers     int64   `json:"timers"`       // timers that are set, and not due
	Late       float64 `json:"late_seconds"` // time since the oldest job that has not begun was due; 0: there is no such job
	Limit      int64   `json:"counted_to"`   // the limit of each count
}

// Many is the number at which each count for an operator stops, for example the count of open
// instances.
const Many = 100_000

// row has the values of a Status that come from tables.
type row struct {
	Workflow                                                     string
	Head                                                         int64
	Position                                                     *int64
	Ahead                                                        bool
	PausedAt                                                     *time.Time
	PausedBy, PauseNote                                          string
	Open, Parked, Due, Running, Retryable, ParkedJobs, Set, Soon int64
	Late, Idle                                                   float64
}

// jobs returns an SQL expression that counts jobs of the workflow n.workflow, up to the limit $2.
// The expression also gives the priority, because River's index has the columns state, queue,
// priority and scheduled_at, in this order.
func jobs(state, and string) string {
	return `(SELECT count(*) FROM (SELECT FROM river_job j WHERE j.state = '` + state + `' AND j.queue = n.workflow AND j.priority = 1` + and + ` LIMIT $2) counted)`
}

// oldest returns an SQL expression for the time at which the oldest job in a state was due. If no
// job in this state is due, the expression is NULL.
func oldest(state string) string {
	return `(SELECT j.scheduled_at FROM river_job j WHERE j.state = '` + state + `' AND j.queue = n.workflow AND j.priority = 1 AND j.scheduled_at <= now() ORDER BY j.scheduled_at LIMIT 1)`
}

// statusSQL reads a row for each workflow in the parameter $1.
var statusSQL = `
	SELECT n.workflow, h.head, c.position, coalesce(c.ahead_of IS NOT NULL, false) AS ahead, q.paused_at,
	       coalesce(q.metadata->>'paused_by', '') AS paused_by, coalesce(q.metadata->>'pause_note', '') AS pause_note,
	       (SELECT count(*) FROM (SELECT FROM workflow_instances i WHERE i.workflow = n.workflow AND NOT i.ended LIMIT $2) counted) AS open,
	       (SELECT count(*) FROM (SELECT FROM workflow_instances i WHERE i.workflow = n.workflow AND i.parked_at IS NOT NULL AND NOT i.ended LIMIT $2) counted) AS parked,
	       coalesce(greatest(0, extract(epoch FROM clock_timestamp() - (
	           SELECT oldest.updated_at FROM (SELECT i.updated_at, i.parked_at FROM workflow_instances i WHERE i.workflow = n.workflow AND NOT i.ended ORDER BY i.updated_at LIMIT $2) oldest
	           WHERE oldest.parked_at IS NULL ORDER BY oldest.updated_at LIMIT 1))), 0)::float8 AS idle,
	       ` + jobs("available", " AND j.scheduled_at <= now()") + ` + ` + jobs("retryable", " AND j.scheduled_at <= now()") + ` + ` + jobs("scheduled", " AND j.scheduled_at <= now()") + ` AS due,
	       ` + jobs("running", "") + ` AS running, ` + jobs("retryable", "") + ` + ` + jobs("available", " AND j.scheduled_at > now() AND j.errors IS NOT NULL") + ` AS retryable, ` + jobs("discarded", "") + ` AS parked_jobs,
	       ` + jobs("scheduled", " AND j.scheduled_at > now()") + ` AS set, ` + jobs("available", " AND j.scheduled_at > now() AND j.errors IS NULL") + ` AS soon,
	       coalesce(greatest(0, extract(epoch FROM clock_timestamp() - least(` + oldest("available") + `, ` + oldest("retryable") + `, ` + oldest("scheduled") + `))), 0)::float8 AS late
	FROM unnest($1::text[]) WITH ORDINALITY AS n (workflow, place)
	LEFT JOIN checkpoints c ON c.projection = $3 || n.workflow
	LEFT JOIN river_queue q ON q.name = n.workflow
	CROSS JOIN (SELECT ` + logsql.Head + ` AS head) h
	ORDER BY n.place`

// All returns the status of each workflow, in the order of the names. No count is greater than the
// limit.
func All(ctx context.Context, on lock.Querier, names []string, limit int64) ([]Status, error) {
	rows, err := on.Query(ctx, statusSQL, names, limit, react.CheckpointOf(""))
	if err != nil {
		return nil, fmt.Errorf("read workflows: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	if err != nil {
		return nil, fmt.Errorf("read workflows: %w", err)
	}
	locks := make([]string, len(names))
	for i, name := range names {
		locks[i] = react.CheckpointOf(name)
	}
	holders, err := lock.Holders(ctx, on, locks...)
	if err != nil {
		return nil, err
	}
	all := make([]Status, 0, len(found))
	for _, one := range found {
		all = append(all, statusOf(one, holders, limit))
	}
	return all, nil
}

func statusOf(r row, holders map[string]lock.Holder, limit int64) Status {
	s := Status{
		Workflow: r.Workflow, Head: r.Head, New: r.Position == nil, Ahead: r.Ahead, PausedAt: r.PausedAt, PausedBy: r.PausedBy, PauseNote: r.PauseNote,
		Open: r.Open, Parked: r.Parked, Idle: r.Idle, Due: min(r.Due, limit), Running: r.Running, Retryable: min(r.Retryable, limit), ParkedJobs: r.ParkedJobs,
		Timers: min(r.Set+r.Soon, limit), Late: r.Late, Limit: limit,
	}
	if !s.New {
		s.Position, s.LagEvents = *r.Position, max(r.Head-*r.Position, 0)
	}
	if holder, held := holders[react.CheckpointOf(r.Workflow)]; held {
		s.Holder = &holder
	}
	return s
}
