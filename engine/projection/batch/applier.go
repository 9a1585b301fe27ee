package batch

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// Log reads events on the connection with which an Applier works; eventlog.Store implements it.
type Log interface {
	AfterOn(ctx context.Context, on eventlog.Querier, position int64, limit int) ([]event.Recorded, error)
}

// Applier applies the log to the tables of one projection, batch by batch.
type Applier struct {
	Name     string // of the checkpoint
	Apply    Apply
	Pool     *pgxpool.Pool // for the rest of a batch that has cost its connection
	Log      Log
	Decode   event.Decode
	MaxBatch int           // events in one transaction
	Timeout  time.Duration // bounds the work for one batch: its connection may have died unnoticed
	Strict   bool          // nothing is parked: an event that can't be applied is an error
	WayOut   string        // what an operator may do about tables that do not agree with the log
	Metrics  *Metrics
	Logger   *slog.Logger
}
