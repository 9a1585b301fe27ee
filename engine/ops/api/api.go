package api

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/door"
	"example.com/pgcqrs/engine/privacy"
	"example.com/pgcqrs/engine/projection"
)

// Run serves until ctx ends, and then until the last request has its answer.
func Run(ctx context.Context, config Config) error {
	ops.SpendMemory()
	logger, registry := ops.NewLogger(config.Log, os.Stderr), ops.NewRegistry()
	ops.LogStart(logger)
	entrance, err := door.New(config.Door, logger)
	if err != nil {
		return err
	}

	writes, reads, closeBoth, err := openBoth(ctx, config, logger)
	if err != nil {
		return err
	}
	defer closeBoth()
	if err := database.CheckLogin(ctx, writes, database.APIRole, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	settings := database.NewSettings(writes, config.Objects, config.UnsafeDatabase, registry)
	if err := settings.Start(ctx, database.Prepared, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	if err := entrance.Bind(ctx, writes, registry); err != nil {
		return err
	}

	on, err := Open(config, writes, reads, registry, logger)
	if err != nil {
		return err
	}
	domain := config.Wire(on)
	if err := on.useSnapshots(domain.Aggregates, registry, logger); err != nil {
		return err
	}
	clock := database.NewClock(writes, logger, registry)
	readiness := ready(on, settings, clock, entrance, logger, registry)
	options := optionsOf(on, entrance, readiness, registry, logger)
	if options.FingerprintKey, err = privacy.FingerprintKey(ctx, writes); err != nil {
		return err
	}
	handler, err := domain.Handler(options)
	if err != nil {
		return err
	}
	server := ops.Server{
		Name: "api", Addr: config.Door.Addr, AddrVariable: "API_ADDR", TLS: entrance.TLS,
		Handler: entrance.Handler(handler), Readiness: readiness, Shutdown: config.Shutdown, MaxConns: config.MaxConnections,
		MaxConnsOf: entrance.ConnsOf, AddressOf: entrance.Limits.PeerOf, IdleTimeout: config.IdleTimeout, Registerer: registry, Logger: logger,
	}
	probes := ops.Server{
		Name: "probes", Addr: config.OpsAddr, AddrVariable: "API_OPS_ADDR",
		Handler: ops.Probes(readiness, registry, config.Debug), Readiness: readiness, Logger: logger,
	}
	if entrance.Open && !config.Debug.Profiles {
		probes.Handler = nil // they are at the server's address
	}
	return serve(ctx, on, domain, clock, entrance, probes, server, logger)
}

// optionsOf are what the operations stand behind, as the configuration says.
func optionsOf(on *Opened, door *door.Door, readiness *ops.Readiness, registry *prometheus.Registry, logger *slog.Logger) edge.Options {
	config := on.config
	return edge.Options{
		Epochs: on.epochs(), Wait: projection.NewPositions(on.Reads).Wait,
		Check: door.Check, Limits: door.Limits, Probes: door.Open,
		Issuer: door.Tokens.URL, WithoutDocs: !config.Docs,
		Ready: readiness.Ready, Accepted: readiness.Accepted,
		Metrics: registry, Logger: logger, AccessLog: config.AccessLog,
		MaxCommands: config.MaxCommands, MaxQueries: config.MaxQueries, MaxWaits: config.MaxWaits,
		MaxQueueTime: config.MaxQueueTime, CommandTimeout: config.CommandTimeout, QueryTimeout: config.QueryTimeout,
	}
}

// ready says what the API depends on.
func ready(on *Opened, settings *database.Settings, clock *database.Clock, door *door.Door, logger *slog.Logger, registry prometheus.Registerer) *ops.Readiness {
	config := on.config
	return ops.NewReadiness(logger, registry,
		ops.Check{Name: "database", Run: on.Writes.Ping},
		ops.Check{Name: "appends", Run: on.Store.Ready},
		ops.Check{Name: "log", Run: func(context.Context) error { return on.Store.CheckHead() }},
		ops.Check{Name: "read database", Run: on.Reads.Ping, Aside: config.ReadDatabaseURL != "", Gauge: readGauge(registry)},
		ops.Check{Name: "schema version", Run: func(ctx context.Context) error { return database.CheckSchema(ctx, on.Writes, config.Versions()) }},
		ops.Check{Name: "database settings", Run: settings.Check, Accepts: database.IsAccepted},
		ops.Check{Name: "database clock", Run: clock.Check, Accepts: database.GoesOn},
		ops.Check{Name: "erased persons", Run: on.returned.Check},
		ops.Check{Name: "stored keys", Run: on.readable.Check, Accepts: on.readable.GoesOn},
		ops.Check{Name: "token issuer", Run: door.Ready},
	)
}

// serve runs the committer, and the probes, for as long as the server might still need
// them: until the last request has its answer.
func serve(ctx context.Context, on *Opened, domain Domain, clock *database.Clock, door *door.Door, probes, server ops.Server, logger *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return on.Store.Run(serving) })
	group.Go(func() error {
		defer stop()
		return server.Run(ctx)
	})
	if probes.Handler != nil {
		group.Go(func() error { return probes.Run(serving) })
	}
	group.Go(func() error { return clock.Run(ctx) })
	group.Go(func() error { return ops.TendMemory(serving) })
	group.Go(func() error { return door.Run(ctx) })
	for _, run := range domain.Beside {
		group.Go(func() error { return run(ctx, logger) })
	}
	group.Go(func() error { return on.returned.Run(ctx) })
	group.Go(func() error { return on.readable.Run(ctx) })
	group.Go(func() error { return on.Store.Watch(serving) })
	group.Go(func() error { return on.Archive.Watch(serving) })
	group.Go(func() error { return on.Store.Follow(ctx, on.observe(domain.Aggregates)) })
	group.Go(func() error {
		return on.Store.RunForgetting(ctx, time.Minute, func(err error) { logger.Warn("answers do not expire", "error", err) })
	})
	err := group.Wait()
	logger.Info("ended")
	return err
}
