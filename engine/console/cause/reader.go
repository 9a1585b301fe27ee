package cause

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

const (
	span       = 50_000 // positions that one read scans
	mostEvents = 500    // events of one tree
)

// Log reads the log; eventlog.Store implements Log.
type Log interface {
	Head(ctx context.Context) (int64, error)
	Correlated(ctx context.Context, correlation string, after, upTo int64, limit int) ([]event.Recorded, error)
	AtOn(ctx context.Context, on eventlog.Querier, positions []int64) ([]event.Recorded, error)
}

// Reader reads trees.
type Reader struct {
	Log       Log
	Pool      *pgxpool.Pool
	Workflows []string // names of the workflows
}
