package instances

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Instance is one run of a workflow.
type Instance struct {
	ID        uuid.UUID
	Shape     int
	State     []byte // JSON; nil: the instance has no event yet
	Positions []int64
	Timers    map[string]Timer // timers that are set, by name
	StartedAt time.Time
	UpdatedAt time.Time
	Ended     bool
	ParkedAt  *int64 // position of the first event that the workflow could not react to; nil: the instance is not parked
	Error     string
}

// Timer is a timer that an instance has set.
type Timer struct {
	Job int64     `json:"job"` // id of its job
	Due time.Time `json:"due"`
}

// Querier runs queries. A pool, a connection and a transaction are Queriers.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Read returns the instances of a workflow with the given ids. The map lacks the ids for which the
// database has no instance.
func Read(ctx context.Context, on Querier, workflow string, ids []uuid.UUID) (map[uuid.UUID]*Instance, error) {
	const sql = `
		SELECT id, shape, state, positions, timers, started_at, updated_at, ended, parked_at, coalesce(error, '')
		FROM workflow_instances WHERE workflow = $1 AND id = ANY ($2)`
	rows, err := on.Query(ctx, sql, workflow, ids)
	if err != nil {
		return nil, fmt.Errorf("read instances: %w", err)
	}
	found := make(map[uuid.UUID]*Instance)
	for rows.Next() {
		var one Instance
		if err := rows.Scan(&one.ID, &one.Shape, &one.State, &one.Positions, &one.Timers, &one.StartedAt, &one.UpdatedAt, &one.Ended, &one.ParkedAt, &one.Error); err != nil {
			rows.Close()
			return nil, fmt.Errorf("read instances: %w", err)
		}
		found[one.ID] = &one
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read instances: %w", err)
	}
	return found, nil
}

// Save stores instances of a workflow in a transaction.
func Save(ctx context.Context, tx pgx.Tx, workflow string, all []*Instance) error {
	const sql = `
		INSERT INTO workflow_instances AS w (workflow, id, shape, state, positions, timers, started_at, updated_at, ended, parked_at, error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''))
		ON CONFLICT (workflow, id) DO UPDATE
		SET shape = excluded.shape, state = excluded.state, positions = excluded.positions, timers = excluded.timers,
		    updated_at = excluded.updated_at, ended = excluded.ended, parked_at = excluded.parked_at, error = excluded.error`
	work := &pgx.Batch{}
	for _, one := range all {
		timers, err := json.Marshal(one.Timers)
		if err != nil {
			return fmt.Errorf("encode timers: %w", err)
		}
		state := one.State
		if state == nil {
			state = []byte(`null`)
		}
		work.Queue(sql, workflow, one.ID, one.Shape, state, one.Positions, timers, one.StartedAt, one.UpdatedAt, one.Ended, one.ParkedAt, one.Error)
	}
	if err := tx.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("save instances: %w", err)
	}
	return nil
}
