package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/engine/ops/door"
	"example.com/pgcqrs/engine/privacy"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/migrations"
)

func main() {
	healthcheck := false
	cli.Program{
		Service:   naming.Service,
		Name:      "api",
		Does:      "api serves the HTTP API, commands to the log and queries from the read models, until it is told to end. The environment says how. With -healthcheck it asks the api that runs at the same addresses whether it is ready, and exits 0 if so, else 1.",
		Takes:     "[-healthcheck]",
		Flags:     func(flags *flag.FlagSet) { ops.HealthcheckFlag(flags, &healthcheck) },
		Variables: ops.Variables(&Config{}),
	}.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := run
	if healthcheck {
		do = askReady
	}
	if err := do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "api:", database.Hint(err))
		os.Exit(1)
	}
}

// askReady asks the API that runs here whether it is ready. Of the configuration it needs nothing but where the probes are.
func askReady(ctx context.Context) error {
	var config Config
	if err := ops.LoadOnly(&config, "API_ADDR", "API_OPS_ADDR", "AUTH", "TLS_CERT"); err != nil {
		return err
	}
	if config.Auth == "off" {
		return ops.Healthcheck(ctx, config.APIAddr, config.TLSCert != "")
	}
	return ops.Healthcheck(ctx, config.APIOpsAddr, false)
}

func run(ctx context.Context) error {
	var config Config
	if err := config.load(); err != nil {
		return err
	}
	ops.SpendMemory()
	logger, registry := ops.NewLogger(config.Log, os.Stderr), ops.NewRegistry()
	ops.LogStart(logger)
	entrance, err := door.New(config.door(), logger)
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
	settings := database.NewSettings(writes, schema.Objects(migrations.Triggers...), config.UnsafeDatabase == "accept", registry)
	if err := settings.Start(ctx, database.Prepared, logger); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	if err := entrance.Bind(ctx, writes, registry); err != nil {
		return err
	}

	domain, err := wire(config, writes, reads, registry, logger)
	if err != nil {
		return err
	}
	clock := database.NewClock(writes, logger, registry)
	readiness := ready(config, writes, reads, settings, clock, domain, entrance, logger, registry)
	options := optionsOf(config, domain, entrance, readiness, registry, logger)
	if options.Edge.FingerprintKey, err = privacy.FingerprintKey(ctx, writes); err != nil {
		return err
	}
	api, err := httpapi.New(options)
	if err != nil {
		return err
	}
	server := ops.Server{
		Name: "api", Addr: config.APIAddr, AddrVariable: "API_ADDR", TLS: entrance.TLS,
		Handler: entrance.Handler(api), Readiness: readiness, Shutdown: config.Shutdown, MaxConns: config.MaxConnections,
		MaxConnsOf: entrance.ConnsOf, AddressOf: entrance.Limits.PeerOf, IdleTimeout: config.IdleTimeout, Registerer: registry, Logger: logger,
	}
	probes := ops.Server{
		Name: "probes", Addr: config.APIOpsAddr, AddrVariable: "API_OPS_ADDR",
		Handler: ops.Probes(readiness, registry, config.Debug), Readiness: readiness, Logger: logger,
	}
	if entrance.Open && !config.Profiles {
		probes.Handler = nil // they are at the server's address
	}
	return serve(ctx, domain, clock, entrance, probes, server, logger)
}

// optionsOf are the domain's, and what the configuration says.
func optionsOf(config Config, domain domain, door *door.Door, readiness *ops.Readiness, registry *prometheus.Registry, logger *slog.Logger) httpapi.Options {
	options := domain.options
	edge := &options.Edge
	edge.Check, edge.Limits, edge.Probes = door.Check, door.Limits, door.Open
	edge.Issuer, edge.WithoutDocs = door.Tokens.URL, !config.Docs
	edge.Ready, edge.Accepted = readiness.Ready, readiness.Accepted
	edge.Metrics, edge.Logger, edge.AccessLog = registry, logger, config.AccessLog
	edge.MaxCommands, edge.MaxQueries, edge.MaxWaits = config.MaxCommands, config.MaxQueries, config.MaxWaits
	edge.MaxQueueTime, edge.CommandTimeout, edge.QueryTimeout = config.MaxQueueTime, config.CommandTimeout, config.QueryTimeout
	return options
}

// ready says what the API depends on.
func ready(config Config, writes, reads *pgxpool.Pool, settings *database.Settings, clock *database.Clock, domain domain, door *door.Door, logger *slog.Logger, registry prometheus.Registerer) *ops.Readiness {
	return ops.NewReadiness(logger, registry,
		ops.Check{Name: "database", Run: writes.Ping},
		ops.Check{Name: "appends", Run: domain.store.Ready},
		ops.Check{Name: "log", Run: func(context.Context) error { return domain.store.CheckHead() }},
		ops.Check{Name: "read database", Run: reads.Ping, Aside: config.ReadDatabaseURL != "", Gauge: readGauge(registry)},
		ops.Check{Name: "schema version", Run: func(ctx context.Context) error { return database.CheckSchema(ctx, writes, migrations.Versions()) }},
		ops.Check{Name: "database settings", Run: settings.Check, Accepts: database.IsAccepted},
		ops.Check{Name: "database clock", Run: clock.Check, Accepts: database.GoesOn},
		ops.Check{Name: "erased persons", Run: domain.returned.Check},
		ops.Check{Name: "stored keys", Run: domain.readable.Check, Accepts: domain.readable.GoesOn},
		ops.Check{Name: "token issuer", Run: door.Ready},
	)
}

// serve runs the committer, and the probes, for as long as the server might still need
// them: until the last request has its answer.
func serve(ctx context.Context, domain domain, clock *database.Clock, door *door.Door, probes, server ops.Server, logger *slog.Logger) error {
	group, ctx := ops.NewTogether(ctx)
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return domain.store.Run(serving) })
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
	group.Go(func() error { return domain.returned.Run(ctx) })
	group.Go(func() error { return domain.readable.Run(ctx) })
	group.Go(func() error { return domain.store.Watch(serving) })
	group.Go(func() error { return domain.archive.Watch(serving) })
	group.Go(func() error { return domain.store.Follow(ctx, domain.observe) })
	group.Go(func() error {
		return domain.store.RunForgetting(ctx, time.Minute, func(err error) { logger.Warn("answers do not expire", "error", err) })
	})
	err := group.Wait()
	logger.Info("ended")
	return err
}
