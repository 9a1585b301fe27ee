package projector

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/engine/outbox/relay"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/clock"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/telemetry"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/projection/status"
	"example.com/pgcqrs/engine/schema/present"
	"example.com/pgcqrs/engine/snapshots/keeper"
	workflowstatus "example.com/pgcqrs/engine/workflow/status"
)

// Run runs all parts of the process until ctx ends or a part fails.
func Run(ctx context.Context, config Config) error {
	process.SpendMemory()
	registry := probe.NewRegistry()
	logs := process.OpenLog(config.Log, config.Repeats, os.Stderr, registry)
	defer logs.Close()
	logger := logs.Logger
	config.level = logs.LevelHandler()
	process.LogStart(logger)
	tracer, flush, err := telemetry.Start(config.Traces, config.Export, config.Service+"-projector", logger)
	if err != nil {
		return err
	}
	defer flush()
	config.tracer = tracer

	pool, err := open(ctx, config)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer pool.Close()
	if err := present.Check(ctx, pool, config.Versions()); err != nil {
		return err
	}
	listening, err := listenConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("LISTEN_DATABASE_URL: %w", err)
	}

	listener := notify.NewListener(listening, logger, registry)
	store := eventlog.New(pool, eventlog.Config{Decode: config.Decode, Logger: logger, Registerer: registry}) // this log is only read; nothing is appended to it
	projector := projection.NewProjector(pool, store, projection.Config{
		Decode: config.Decode, Subscribe: listener.Subscribe, Poll: config.PollInterval,
		MaxBatch: config.ProjectionBatch, OthersHold: config.heldByOthers(), ReconcileEvery: config.ReconcileInterval, Logger: logger, Registerer: registry, Tracer: tracer,
	})
	config.Projections(projector)
	keepsUp := health.New(projector.Set(), health.Config{Poll: config.PollInterval, StuckAfter: config.StuckAfter, Registerer: registry})
	warnUnencrypted(config, pool, listening, logger)
	return serve(ctx, config, pool, store, projector, keepsUp, listener, logger, registry)
}

// serve runs all parts on the open database.
func serve(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, projector *projection.Projector, keepsUp *health.Health, listener *notify.Listener, logger *slog.Logger, registry *prometheus.Registry) error {
	if err := logins.Check(ctx, pool, role.Projector, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	runWorkflows, worker, err := openWorkflows(ctx, config, pool, store, listener, logger, registry)
	if err != nil {
		return err
	}
	if worker != nil {
		defer worker.Close()
	}
	settings := settings.New(pool, config.Objects, config.UnsafeDatabase, registry)
	if err := settings.Start(ctx, pooler.Session, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	clock := clock.New(pool, logger, registry)
	broker, err := openBroker(config, logger)
	if err != nil {
		return err
	}
	workflows := watchWorkflows(config, pool, logger, registry)
	readiness := ready(config, pool, worker, store, settings, clock, projector.Set(), keepsUp, workflows, broker, logger, registry)
	server := process.Server{
		Name: "projector", Addr: config.Addr, AddrVariable: "PROJECTOR_ADDR",
		Handler: probe.Handler(readiness, registry, config.Debug, config.level), Readiness: readiness, Shutdown: config.Shutdown, Logger: logger,
	}

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Run(ctx) })
	group.Go(func() error { return listener.Run(ctx) })
	group.Go(func() error { return store.Watch(ctx) })
	group.Go(func() error { return clock.Run(ctx) })
	group.Go(func() error { return process.TendMemory(ctx) })
	group.Go(func() error { return projector.Run(ctx) })
	group.Go(func() error { return keepsUp.Watch(ctx) })
	group.Go(func() error { return runWorkflows(ctx) })
	group.Go(func() error { return workflows.Watch(ctx) })
	group.Go(func() error { return linkLog(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return verifyChain(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return keepSnapshots(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return relayOutbox(ctx, config, broker, pool, listener, logger, registry) })
	defer logger.Info("ended")
	return group.Wait()
}

// ready returns the checks of everything that the projector depends on. If the broker can't be
// reached, readiness stays on, because messages wait in the outbox. If the broker's settings would
// lose messages, readiness turns off.
func ready(config Config, pool, worker *pgxpool.Pool, store *eventlog.Store, checker *settings.Checker, watch *clock.Watch, projections *projection.Set, keepsUp *health.Health, workflows *workflowstatus.Watch, broker *natsbroker.Broker, logger *slog.Logger, registry prometheus.Registerer) *probe.Readiness {
	return probe.NewReadiness(logger, registry,
		probe.Check{Name: "database", Run: pool.Ping},
		probe.Check{Name: "writes", Run: func(ctx context.Context) error { return pg.CheckWrites(ctx, pool) }},
		probe.Check{Name: "schema version", Run: func(ctx context.Context) error { return present.Check(ctx, pool, config.Versions()) }},
		probe.Check{Name: "database settings", Run: checker.Check, Accepts: settings.IsAccepted},
		probe.Check{Name: "log", Run: func(context.Context) error { return store.CheckHead() }},
		probe.Check{Name: "database clock", Run: watch.Check, Accepts: clock.GoesOn},
		probe.Check{Name: "projections", Run: func(context.Context) error { return keepsUp.Ready() }},
		config.workflowsReady(workflows),
		workerWrites(worker),
		probe.Check{Name: "locks", Run: func(ctx context.Context) error {
			return lock.CheckHolders(ctx, pool, slices.Concat(status.Locks(projections), config.workflowLocks(), []string{relay.Lock, chain.Lock, keeper.Lock})...)
		}},
		probe.Check{Name: "broker settings", Run: checkBroker(broker)},
	)
}
