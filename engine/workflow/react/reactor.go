package react

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/tracing"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// Log reads events on the connection of a Reactor; eventlog.Store implements it.
type Log interface {
	AfterOn(ctx context.Context, on eventlog.Querier, position int64, limit int) ([]event.Recorded, error)
	AtOn(ctx context.Context, on eventlog.Querier, positions []int64) ([]event.Recorded, error)
}

// Reactor follows the log for one workflow: it folds the events into the states of instances, and
// adds the jobs of their reactions. Several processes may run a Reactor for the same workflow. Only
// one of them works at a time. If this process dies, another process takes over.
type Reactor struct {
	Workflow workflow.Definition
	Targets  workflow.Targets
	Pool     *pgxpool.Pool
	Jobs     *jobs.Client
	Log      Log
	Decode   event.Decode
	Wake     <-chan struct{} // signals new events; nil: poll only
	Poll     time.Duration   // longest time between two reads of the log
	MaxBatch int             // events in one transaction
	Timeout  time.Duration   // time limit of one transaction
	Metrics  *Metrics
	Tracer   *tracing.Tracer // nil: batches are not traced
	Logger   *slog.Logger
}

// CheckpointOf returns the name of a workflow's checkpoint. The lock of the process that runs the
// workflow has the same name.
func CheckpointOf(name string) string { return "workflow " + name }
