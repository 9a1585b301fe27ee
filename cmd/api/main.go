// Command api serves the HTTP API: commands to the log, queries from the read
// models. Its main function is the wiring diagram.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/ops"
	"example.com/pgcqrs/internal/privacy"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/trail"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/customer"
	"example.com/pgcqrs/migrations"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var config Config
	if err := ops.Load(&config); err != nil {
		return err
	}
	ops.SpendMemory()
	logger, registry := ops.NewLogger(config.Log, os.Stderr), ops.NewRegistry()
	door, err := newDoor(config, logger)
	if err != nil {
		return err
	}

	writes, reads, closeBoth, err := openBoth(ctx, config, logger)
	if err != nil {
		return err
	}
	defer closeBoth()

	readiness := ops.NewReadiness(logger,
		ops.Check{Name: "database", Run: writes.Ping},
		ops.Check{Name: "read database", Run: reads.Ping, Aside: config.ReadDatabaseURL != "", Gauge: readGauge(registry)},
		ops.Check{Name: "schema version", Run: func(ctx context.Context) error { return database.CheckSchema(ctx, writes, migrations.Newest()) }},
		ops.Check{Name: "token issuer", Run: door.ready},
	)
	domain, err := wire(config, writes, reads, registry)
	if err != nil {
		return err
	}
	options := domain.options
	options.Check, options.Limits, options.Probes = door.check, door.limits, door.open
	options.Ready, options.Metrics, options.Logger, options.AccessLog = readiness.Ready, registry, logger, config.AccessLog
	options.MaxCommands, options.MaxQueries = config.MaxCommands, config.MaxQueries
	options.CommandTimeout, options.QueryTimeout = config.CommandTimeout, config.QueryTimeout
	api, err := httpapi.New(options)
	if err != nil {
		return err
	}
	server := ops.Server{
		Name: "api", Addr: config.APIAddr, AddrVariable: "API_ADDR", TLS: door.tls,
		Handler: api, Readiness: readiness, Shutdown: config.Shutdown, MaxConns: config.MaxConnections, Registerer: registry, Logger: logger,
	}
	probes := ops.Server{
		Name: "probes", Addr: config.APIOpsAddr, AddrVariable: "API_OPS_ADDR",
		Handler: ops.Probes(readiness, registry), Readiness: readiness, Logger: logger,
	}
	return serve(ctx, domain, door, probes, server, logger)
}

// domain is the log, and what the API does with it.
type domain struct {
	store   *eventstore.Store
	observe func(events.Recorded) // is told what other processes append
	options httpapi.Options
}

// wire joins the domains to the log: commands to what decides them, queries to their
// read models.
func wire(config Config, writes, reads *pgxpool.Pool, registry prometheus.Registerer) (domain, error) {
	operator, err := privacy.OperatorKey(config.KeyURI)
	if err != nil {
		return domain{}, fmt.Errorf("KEY_URI: %w", err)
	}
	keys := privacy.New(writes, operator)
	store := eventstore.New(writes, eventstore.Config{Decode: events.DecodeEvent, Seal: keys.Seal, MessageOf: events.PublicMessage, Registerer: registry})
	archive := eventstore.New(reads, eventstore.Config{Decode: events.DecodeEvent}) // reads only: nothing flies from it

	accounts := write.NewHandler(store, "account", account.Decide, account.Evolve).
		WithKeepAnswers(config.IdempotencyKeep).WithKeepStates(config.KeepStates).WithMaxCommands(config.MaxCommands)
	clients := write.NewHandler(store, "customer", customer.Decide, customer.Evolve).
		WithKeepAnswers(config.IdempotencyKeep).WithKeepStates(config.KeepStates).WithMaxCommands(config.MaxCommands)

	observe := func(e events.Recorded) {
		accounts.Observe(e)
		clients.Observe(e)
		if _, erased := e.Event.(events.CustomerErased); erased {
			keys.Forget(e.StreamID)
		}
	}
	return domain{store, observe, httpapi.Options{
		Accounts:    accounts.Handle,
		Balances:    balances.NewQueries(reads),
		Statements:  statements.NewQueries(reads),
		History:     history.NewQueries(archive, "account"),
		Customers:   clients.Handle,
		People:      customers.NewQueries(reads),
		CustomerLog: archive,
		Keys:        keys,
		Trail:       trail.NewQueries(archive),
		Wait:        read.NewPositions(reads).Wait,
	}}, nil
}

// serve runs the committer, and the probes, for as long as the server might still need
// them: until the last request has its answer.
func serve(ctx context.Context, domain domain, door *door, probes, server ops.Server, logger *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return domain.store.Run(serving) })
	group.Go(func() error {
		defer stop()
		return server.Run(ctx)
	})
	if !door.open {
		group.Go(func() error { return probes.Run(serving) })
	}
	group.Go(func() error { return door.run(ctx) })
	group.Go(func() error { return domain.store.Follow(ctx, domain.observe) })
	group.Go(func() error {
		return domain.store.RunForgetting(ctx, time.Minute, func(err error) { logger.Warn("expired answers were not deleted", "error", err) })
	})
	err := group.Wait()
	logger.Info("ended")
	return err
}
