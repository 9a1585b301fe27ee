package cause

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
)

// Message is a message of an event that the broker has not got.
type Message struct {
	Position int64
	Type     string
	Attempts int
	Dead     bool
	Error    string
}

// Job is a job of a workflow that was added because of an event, and that is still in the queue.
type Job struct {
	Position int64
	Workflow string
	Instance string
	Kind     string
	What     string
	State    string
	Error    string
}

// waiting has the messages and jobs of the events, by position.
type waiting struct {
	messages map[int64][]Message
	jobs     map[int64][]Job
}

func (r Reader) waiting(ctx context.Context, id string, events []event.Recorded) (waiting, error) {
	found := waiting{make(map[int64][]Message), make(map[int64][]Job)}
	positions := make([]int64, len(events))
	for i, e := range events {
		positions[i] = e.Position
	}
	messages, err := r.messages(ctx, positions)
	if err != nil {
		return found, err
	}
	for _, m := range messages {
		found.messages[m.Position] = append(found.messages[m.Position], m)
	}
	jobs, err := r.jobs(ctx, id)
	if err != nil {
		return found, err
	}
	for _, j := range jobs {
		found.jobs[j.Position] = append(found.jobs[j.Position], j)
	}
	return found, nil
}

func (r Reader) messages(ctx context.Context, positions []int64) ([]Message, error) {
	const sql = `
		SELECT position, type, attempts, false AS dead, '' AS error FROM outbox WHERE position = ANY ($1)
		UNION ALL
		SELECT position, type, attempts, true, coalesce(error, 'it waits behind a dead message') FROM dead_messages WHERE position = ANY ($1) AND dropped_at IS NULL`
	rows, err := r.Pool.Query(ctx, sql, positions)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[Message])
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return all, nil
}

// jobs reads the jobs with a correlation id. River has an index on the arguments of its jobs.
func (r Reader) jobs(ctx context.Context, id string) ([]Job, error) {
	const sql = `
		SELECT (args->'cause'->>'position')::bigint AS position, queue AS workflow, args->'cause'->>'instance' AS instance,
		       replace(kind, 'workflow_', '') AS kind, coalesce(args->'command'->>'name', args->>'name', '') AS what,
		       CASE state WHEN 'discarded' THEN 'parked' ELSE state::text END AS state,
		       split_part(coalesce(errors[array_upper(errors, 1)]->>'error', ''), E'\n', 1) AS error
		FROM river_job WHERE args @> jsonb_build_object('cause', jsonb_build_object('correlation_id', $1::text)) ORDER BY id LIMIT $2`
	rows, err := r.Pool.Query(ctx, sql, id, mostEvents)
	if err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[Job])
	if err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	return all, nil
}
