package status

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/workflow/instances"
)

// Instance is one instance of a workflow, with its jobs.
type Instance struct {
	Workflow  string          `json:"workflow"`
	ID        uuid.UUID       `json:"id"`
	State     json.RawMessage `json:"state"`
	Ended     bool            `json:"ended"`
	ParkedAt  *int64          `json:"parked_at"` // position of the first event to which the instance has not reacted; nil: it is not parked
	Error     string          `json:"error"`     // why it is parked
	StartedAt time.Time       `json:"started_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	Positions []int64         `json:"positions"` // positions of the instance's events
	Jobs      []Job           `json:"jobs"`      // jobs that are still in the queue; a job is deleted some ten minutes after it was done or cancelled
}

// Job is one job of an instance.
type Job struct {
	ID          int64      `json:"id"`
	Kind        string     `json:"kind"`
	What        string     `json:"what"` // name of the command, the timer or the call
	State       string     `json:"state"`
	Position    int64      `json:"position"` // position of the event to which the job is a reaction
	Number      int        `json:"number"`
	Attempt     int        `json:"attempt"`
	MaxAttempts int        `json:"max_attempts"`
	Due         time.Time  `json:"due"`   // time of the next attempt
	Error       string     `json:"error"` // error of the last attempt
	Done        *time.Time `json:"done"`  // when the job was done, parked or cancelled
}

// ErrNoInstance means that no workflow has an instance with the given id.
var ErrNoInstance = errors.New("no workflow of this service has such an instance")

// Find returns the instances with the given id: at most one instance of each workflow in names.
func Find(ctx context.Context, on instances.Querier, names []string, id uuid.UUID) ([]Instance, error) {
	var found []Instance
	for _, name := range names {
		known, err := instances.Read(ctx, on, name, []uuid.UUID{id})
		if err != nil {
			return nil, err
		}
		one := known[id]
		if one == nil {
			continue
		}
		all, err := Jobs(ctx, on, name, id)
		if err != nil {
			return nil, err
		}
		found = append(found, Instance{
			Workflow: name, ID: id, State: one.State, Ended: one.Ended, ParkedAt: one.ParkedAt, Error: one.Error,
			StartedAt: one.StartedAt, UpdatedAt: one.UpdatedAt, Positions: one.Positions, Jobs: all,
		})
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: %w", id, ErrNoInstance)
	}
	return found, nil
}

// Jobs returns the jobs of an instance that are still in the queue, in the order in which they were
// added.
func Jobs(ctx context.Context, on instances.Querier, workflow string, id uuid.UUID) ([]Job, error) {
	const sql = `
		SELECT id, kind, coalesce(args->'command'->>'name', args->>'name', '') AS what, state::text AS state,
		       (args->'cause'->>'position')::bigint AS position, (args->'cause'->>'number')::int AS number,
		       attempt, max_attempts, scheduled_at AS due, coalesce(errors[array_upper(errors, 1)]->>'error', '') AS error, finalized_at AS done
		FROM river_job WHERE args @> jsonb_build_object('cause', jsonb_build_object('workflow', $1::text, 'instance', $2::uuid)) AND queue = $1
		ORDER BY id`
	rows, err := on.Query(ctx, sql, workflow, id)
	if err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[Job])
	if err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	return all, nil
}
