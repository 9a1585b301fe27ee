package batch

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/tracing"
)

// Log reads events on the connection of an Applier; eventlog.Store implements Log.
type Log interface {
	AfterOn(ctx context.Context, on eventlog.Querier, position int64, limit int) ([]event.Recorded, error)
}

// Applier applies the events of the log to the tables of one projection, one batch at a time.
type Applier struct {
	Name     string // name of the checkpoint
	Apply    Apply
	Pool     *pgxpool.Pool // used for the rest of a batch if an error has closed the connection
	Log      Log
	Decode   event.Decode
	MaxBatch int           // limit on the events of one transaction
	Timeout  time.Duration // time limit for one batch, because a broken connection may give no error
	Strict   bool          // true: an event that can't be applied is an error, and its stream is not parked
	WayOut   string        // text that says what an operator may do if the tables are ahead of the log
	Metrics  *Metrics
	Tracer   *tracing.Tracer // nil: batches are not traced
	Logger   *slog.Logger
}
