package api

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/pg/clock"
	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/door"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/telemetry"
	"example.com/pgcqrs/engine/schema/present"
	"example.com/pgcqrs/engine/tracing"
)

// Run serves requests until ctx ends, and then finishes the running requests. Run returns nil after
// the last answer. If a part of the process fails, Run returns the first error.
func Run(ctx context.Context, config Config) error {
	process.SpendMemory()
	registry := probe.NewRegistry()
	logs := process.OpenLog(config.Log, config.Repeats, os.Stderr, registry)
	defer logs.Close()
	logger := logs.Logger
	process.LogStart(logger)
	entrance, err := door.New(config.Door, logger)
	if err != nil {
		return err
	}
	tracer, flush, err := telemetry.Start(config.Traces, config.Export, config.Service+"-api", logger)
	if err != nil {
		return err
	}
	defer flush()

	writes, reads, closeBoth, err := openBoth(ctx, config, logger)
	if err != nil {
		return err
	}
	defer closeBoth()
	settings, err := checkDatabase(ctx, config, writes, registry, logger)
	if err != nil {
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
	clock := clock.New(writes, logger, registry)
	readiness := ready(on, settings, clock, entrance, logger, registry)
	options := optionsOf(on, entrance, readiness, tracer, registry, logger)
	if err := addKeys(ctx, &options, config, writes); err != nil {
		return err
	}
	handler, err := domain.Handler(options)
	if err != nil {
		return err
	}
	server := process.Server{
		Name: "api", Addr: config.Door.Addr, AddrVariable: "API_ADDR", TLS: entrance.TLS,
		Handler: entrance.Handler(handler), Readiness: readiness, Shutdown: config.Shutdown, MaxConns: config.MaxConnections,
		MaxConnsOf: entrance.ConnsOf, AddressOf: entrance.Limits.PeerOf, IdleTimeout: config.IdleTimeout, WriteTimeout: config.writeTimeout(), Registerer: registry, Logger: logger,
		Ending: on.Feed.Drain,
	}
	probes := probesOf(config, entrance, readiness, registry, logs)
	return serve(ctx, on, domain, clock, entrance, probes, server, logger)
}

// checkDatabase checks the login and the settings of the database of commands. It returns the
// checker of the settings, which the process continues to use.
func checkDatabase(ctx context.Context, config Config, writes *pgxpool.Pool, registry prometheus.Registerer, logger *slog.Logger) (*settings.Checker, error) {
	if err := logins.Check(ctx, writes, role.API, logger); err != nil {
		return nil, err
	}
	checker := settings.New(writes, config.Objects, config.UnsafeDatabase, registry)
	return checker, checker.Start(ctx, pooler.Prepared, logger)
}

// addKeys adds what needs a key of the database: the key of fingerprints, and the hashes of subjects
// in log lines.
func addKeys(ctx context.Context, options *edge.Options, config Config, writes *pgxpool.Pool) (err error) {
	if options.FingerprintKey, err = personal.FingerprintKey(ctx, writes); err != nil {
		return err
	}
	if config.HashSubjects {
		options.LogSubject = personal.Pseudonyms(options.FingerprintKey)
	}
	return nil
}

// probesOf returns the server for probes. If the server has no handler, it must not run: the server
// of the API then serves the probes, too.
func probesOf(config Config, door *door.Door, readiness *probe.Readiness, registry *prometheus.Registry, logs *process.Logs) process.Server {
	probes := process.Server{Name: "probes", Addr: config.OpsAddr, AddrVariable: "API_OPS_ADDR", Readiness: readiness, Logger: logs.Logger}
	if !door.Open || config.Debug.Profiles {
		probes.Handler = probe.Handler(readiness, registry, config.Debug, logs.LevelHandler())
	}
	return probes
}

// optionsOf returns the options of the HTTP handlers of engine/edge, as the configuration sets
// them.
func optionsOf(on *Opened, door *door.Door, readiness *probe.Readiness, tracer *tracing.Tracer, registry *prometheus.Registry, logger *slog.Logger) edge.Options {
	config := on.config
	return edge.Options{
		Epochs: on.epochs(), Wait: position.NewPoller(on.Reads).Wait,
		Decode: config.Decode, Check: door.Check, Limits: door.Limits, Probes: door.Open,
		Issuer: door.Tokens.URL, WithoutDocs: !config.Docs,
		Ready: readiness.Ready, Accepted: readiness.Accepted,
		Metrics: registry, Logger: logger, AccessLog: config.AccessLog, OnlyFailures: config.OnlyFailures, Tracer: tracer,
		Live: config.Live, MaxCommands: config.MaxCommands, MaxQueries: config.MaxQueries, MaxWaits: config.MaxWaits,
		MaxQueueTime: config.MaxQueueTime, CommandTimeout: config.CommandTimeout, QueryTimeout: config.QueryTimeout,
	}
}

// ready returns the checks of everything that the API depends on.
func ready(on *Opened, checker *settings.Checker, watch *clock.Watch, door *door.Door, logger *slog.Logger, registry prometheus.Registerer) *probe.Readiness {
	config := on.config
	return probe.NewReadiness(logger, registry,
		probe.Check{Name: "database", Run: on.Writes.Ping},
		probe.Check{Name: "appends", Run: on.Store.Ready},
		probe.Check{Name: "log", Run: func(context.Context) error { return on.Store.CheckHead() }},
		probe.Check{Name: "read database", Run: on.Reads.Ping, Aside: config.ReadDatabaseURL != "", Gauge: readGauge(registry)},
		probe.Check{Name: "schema version", Run: func(ctx context.Context) error { return present.Check(ctx, on.Writes, config.Versions()) }},
		probe.Check{Name: "database settings", Run: checker.Check, Accepts: settings.IsAccepted},
		probe.Check{Name: "database clock", Run: watch.Check, Accepts: clock.GoesOn},
		probe.Check{Name: "erased persons", Run: on.returned.Check},
		probe.Check{Name: "stored keys", Run: on.readable.Check, Accepts: on.readable.GoesOn},
		probe.Check{Name: "token issuer", Run: door.Ready},
	)
}

// serve runs the committer (which commits appends), the server for probes, and the server for the
// API. The committer and the server for probes end last, because the last request to the API may
// need them.
func serve(ctx context.Context, on *Opened, domain Domain, clock *clock.Watch, door *door.Door, probes, server process.Server, logger *slog.Logger) error {
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
	group.Go(func() error { return process.TendMemory(serving) })
	group.Go(func() error { return door.Run(ctx) })
	for _, run := range domain.Beside {
		group.Go(func() error { return run(ctx, logger) })
	}
	group.Go(func() error { return on.returned.Run(ctx) })
	group.Go(func() error { return on.readable.Run(ctx) })
	group.Go(func() error { return on.Feed.Run(serving) })
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
