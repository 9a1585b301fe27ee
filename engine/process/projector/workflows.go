package projector

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/run"
	"example.com/pgcqrs/engine/workflow/status"
)

// runsWorkflows reports whether this process runs workflows.
func (c Config) runsWorkflows() bool { return c.Workflows && len(c.WorkflowSet.Workflows) > 0 }

// watchWorkflows returns the Watch of the workflows of the service. The Watch also runs if
// WORKFLOWS is off: its metrics show whether any process runs the workflows.
func watchWorkflows(config Config, pool *pgxpool.Pool, logger *slog.Logger, registry prometheus.Registerer) *status.Watch {
	names := make([]string, 0, len(config.WorkflowSet.Workflows))
	for _, of := range config.WorkflowSet.Workflows {
		names = append(names, of.Name)
	}
	return status.New(pool, names, status.Config{Poll: config.PollInterval, StuckAfter: config.StuckAfter, Registerer: registry, Logger: logger})
}

// workflowsReady returns the check of the workflows. A process that runs no workflows passes this
// check.
func (c Config) workflowsReady(watch *status.Watch) probe.Check {
	return probe.Check{Name: "workflows", Run: func(context.Context) error {
		if !c.runsWorkflows() {
			return nil
		}
		return watch.Ready()
	}}
}

// workerWrites returns the check that the worker's login can write. A process that runs no
// workflows has no such login, and passes this check.
func workerWrites(worker *pgxpool.Pool) probe.Check {
	return probe.Check{Name: "worker's writes", Run: func(ctx context.Context) error {
		if worker == nil {
			return nil
		}
		return pg.CheckWrites(ctx, worker)
	}}
}

// workflowLocks returns the names of the locks under which the reactions of workflows run.
func (c Config) workflowLocks() (locks []string) {
	for _, of := range c.WorkflowSet.Workflows {
		locks = append(locks, react.CheckpointOf(of.Name))
	}
	return locks
}

// openWorkflows connects with the worker's login, and returns the function that runs the workflows
// until ctx ends. After this function has returned, the caller must close the returned pool. If
// this process runs no workflows, the function does nothing, and the pool is nil.
func openWorkflows(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, listener *notify.Listener, logger *slog.Logger, registry prometheus.Registerer) (do func(context.Context) error, worker *pgxpool.Pool, err error) {
	nothing := func(context.Context) error { return nil }
	if !config.runsWorkflows() {
		if len(config.WorkflowSet.Workflows) > 0 {
			logger.WarnContext(ctx, "WORKFLOWS is off: this process runs no workflows, so another one must")
		}
		return nothing, nil, nil
	}
	worker, err = openWorker(ctx, config, pool, logger)
	if err != nil {
		return nil, nil, err
	}
	all, err := run.New(run.Config{
		Set: config.WorkflowSet, Decode: config.Decode, Reacts: pool, Works: worker, Log: store, Subscribe: listener.Subscribe,
		Poll: config.PollInterval, MaxBatch: config.ProjectionBatch, Logger: logger, Registerer: registry, Tracer: config.tracer,
	})
	if err != nil {
		worker.Close()
		return nil, nil, err
	}
	return all.Run, worker, nil
}
