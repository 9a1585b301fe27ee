package projector

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/seal"
	"example.com/pgcqrs/engine/snapshots"
)

// Run runs everything until ctx ends.
func Run(ctx context.Context, config Config) error {
	ops.SpendMemory()
	logger := ops.NewLogger(config.Log, os.Stderr)
	registry := ops.NewRegistry()
	ops.LogStart(logger)

	pool, err := open(ctx, config)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer pool.Close()
	if err := database.CheckSchema(ctx, pool, config.Versions()); err != nil {
		return err
	}
	listening, err := listenConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("LISTEN_DATABASE_URL: %w", err)
	}

	listener := eventstore.NewListener(listening, logger, registry)
	store := eventstore.New(pool, eventstore.Config{Decode: config.Decode, Logger: logger, Registerer: registry}) // reads only: nothing flies from it
	projector := projection.NewProjector(pool, store, projection.Config{
		Decode: config.Decode, Subscribe: listener.Subscribe, Poll: config.PollInterval,
		MaxBatch: config.ProjectionBatch, OthersHold: othersHold, StuckAfter: config.StuckAfter, AuditEvery: config.AuditInterval, Logger: logger, Registerer: registry,
	})
	config.Projections(projector)
	warnUnencrypted(config, pool, listening, logger)
	return serve(ctx, config, pool, store, projector, listener, logger, registry)
}

// serve runs everything on what is open.
func serve(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventstore.Store, projector *projection.Projector, listener *eventstore.Listener, logger *slog.Logger, registry *prometheus.Registry) error {
	if err := database.CheckLogin(ctx, pool, database.ProjectorRole, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	settings := database.NewSettings(pool, config.Objects, config.UnsafeDatabase, registry)
	if err := settings.Start(ctx, database.Session, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	clock := database.NewClock(pool, logger, registry)
	broker, err := openBroker(config, logger)
	if err != nil {
		return err
	}
	readiness := ready(config, pool, store, settings, clock, projector, broker, logger, registry)
	server := ops.Server{
		Name: "projector", Addr: config.Addr, AddrVariable: "PROJECTOR_ADDR",
		Handler: ops.Probes(readiness, registry, config.Debug), Readiness: readiness, Shutdown: config.Shutdown, Logger: logger,
	}

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Run(ctx) })
	group.Go(func() error { return listener.Run(ctx) })
	group.Go(func() error { return store.Watch(ctx) })
	group.Go(func() error { return clock.Run(ctx) })
	group.Go(func() error { return ops.TendMemory(ctx) })
	group.Go(func() error { return projector.Run(ctx) })
	group.Go(func() error { return projector.Watch(ctx) })
	group.Go(func() error { return sealLog(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return compareSeals(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return keepSnapshots(ctx, config, pool, store, logger, registry) })
	group.Go(func() error { return relay(ctx, config, broker, pool, listener, logger, registry) })
	defer logger.Info("ended")
	return group.Wait()
}

// ready says what the projector depends on. A broker that is away is no part of it: messages
// wait. One whose settings would lose them is.
func ready(config Config, pool *pgxpool.Pool, store *eventstore.Store, settings *database.Settings, clock *database.Clock, projector *projection.Projector, broker *outbox.NATS, logger *slog.Logger, registry prometheus.Registerer) *ops.Readiness {
	return ops.NewReadiness(logger, registry,
		ops.Check{Name: "database", Run: pool.Ping},
		ops.Check{Name: "writes", Run: func(ctx context.Context) error { return database.CheckWrites(ctx, pool) }},
		ops.Check{Name: "schema version", Run: func(ctx context.Context) error { return database.CheckSchema(ctx, pool, config.Versions()) }},
		ops.Check{Name: "database settings", Run: settings.Check, Accepts: database.IsAccepted},
		ops.Check{Name: "log", Run: func(context.Context) error { return store.CheckHead() }},
		ops.Check{Name: "database clock", Run: clock.Check, Accepts: database.GoesOn},
		ops.Check{Name: "projections", Run: func(context.Context) error { return projector.Ready() }},
		ops.Check{Name: "locks", Run: func(ctx context.Context) error {
			return database.CheckHolders(ctx, pool, append(projector.Locks(), outbox.Lock, seal.Lock, snapshots.Lock)...)
		}},
		ops.Check{Name: "broker settings", Run: checkBroker(broker)},
	)
}
