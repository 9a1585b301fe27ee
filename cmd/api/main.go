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

	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/ops"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
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
	logger := ops.NewLogger(config.Log, os.Stderr)
	registry := ops.NewRegistry()

	writes, err := openWrites(ctx, config)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer writes.Close()
	reads, err := openReads(ctx, config, logger)
	if err != nil {
		return fmt.Errorf("READ_DATABASE_URL: %w", err)
	}
	defer reads.Close()

	store := eventstore.New(writes, eventstore.Config{Decode: events.DecodeEvent, MessageOf: events.AccountMessage, Registerer: registry})
	accounts := write.NewHandler(store, "account", account.Decide, account.Evolve).
		WithKeepAnswers(config.IdempotencyKeep).WithKeepStates(config.KeepStates).WithMaxCommands(config.MaxCommands)
	archive := eventstore.New(reads, eventstore.Config{Decode: events.DecodeEvent}) // reads only: nothing flies from it

	readiness := ops.NewReadiness(logger,
		ops.Check{Name: "database", Run: writes.Ping},
		ops.Check{Name: "read database", Run: reads.Ping, Aside: config.ReadDatabaseURL != "", Gauge: readGauge(registry)},
		ops.Check{Name: "schema version", Run: func(ctx context.Context) error {
			return database.CheckSchema(ctx, writes, migrations.Newest())
		}},
	)
	api, err := httpapi.New(httpapi.Options{
		Accounts:       accounts.Handle,
		Balances:       balances.NewQueries(reads),
		Statements:     statements.NewQueries(reads),
		History:        history.NewQueries(archive, "account"),
		Wait:           read.NewPositions(reads).Wait,
		Ready:          readiness.Ready,
		Metrics:        registry,
		Logger:         logger,
		AccessLog:      config.AccessLog,
		MaxCommands:    config.MaxCommands,
		MaxQueries:     config.MaxQueries,
		CommandTimeout: config.CommandTimeout,
		QueryTimeout:   config.QueryTimeout,
	})
	if err != nil {
		return err
	}
	return serve(ctx, store, accounts.Observe, ops.Server{
		Name: "api", Addr: config.APIAddr, AddrVariable: "API_ADDR",
		Handler: api, Readiness: readiness, Shutdown: config.Shutdown, MaxConns: config.MaxConnections, Registerer: registry, Logger: logger,
	}, logger)
}

// serve runs the committer for as long as the server might still need it: until
// the last request has its answer.
func serve(ctx context.Context, store *eventstore.Store, observe func(events.Recorded), server ops.Server, logger *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	committing, stop := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return store.Run(committing) })
	group.Go(func() error {
		defer stop()
		return server.Run(ctx)
	})
	group.Go(func() error { return store.Follow(ctx, observe) })
	group.Go(func() error {
		return store.RunForgetting(ctx, time.Minute, func(err error) { logger.Warn("expired answers were not deleted", "error", err) })
	})
	err := group.Wait()
	logger.Info("ended")
	return err
}
