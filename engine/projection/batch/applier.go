package batch

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// Log is the events as an Applier reads them, on the connection that it works with; eventlog.Store
// is one.
type Log interface {
	AfterOn(ctx context.Context, on eventlog.Querier, position int64, limit int) ([]event.Recorded, error)
}

// Applier applies the log to the tables of one projection, batch by batch.
type Applier struct {
	Name     string // of the checkpoint
	Apply    Apply
	Pool     *pgxpool.Pool // where a batch goes on that has cost its connection
	Log      Log
	Decode   event.Decode
	MaxBatch int           // events in one transaction
	Timeout  time.Duration // bounds what is done for one batch: a connection may have died unheard
	Strict   bool          // nothing is parked: an event that can't be applied is an error
	WayOut   string        // what an operator may do about tables that are no fold of the log
	Metrics  *Metrics
	Logger   *slog.Logger
}
