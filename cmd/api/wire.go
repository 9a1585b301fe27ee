package main

import (
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/privacy"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/trail"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write"
)

// domain is the log, and what the API does with it.
type domain struct {
	store      *eventstore.Store
	archive    *eventstore.Store // the log as queries read it
	aggregates []write.Handler
	observe    func(event.Recorded) // is told what other processes append
	returned   *privacy.Returned    // keys of people who were erased
	readable   *privacy.Readable    // keys that no key decrypts
	options    httpapi.Options
}

// wire joins the domains to the log: commands to what decides them, queries to their
// read models.
func wire(config Config, writes, reads *pgxpool.Pool, registry prometheus.Registerer, logger *slog.Logger) (domain, error) {
	operator, err := privacy.OperatorKey(config.KeyURI)
	if err != nil {
		return domain{}, fmt.Errorf("KEY_URI: %w", err)
	}
	keys := privacy.New(writes, operator)
	store := eventstore.New(writes, eventstore.Config{
		Decode: events.DecodeEvent, Seal: keys.Seal, MessageOf: event.PublicMessage, Aside: keys.Most(),
		FlightFor: flightFor(config), SettleFor: settleFor(config), Registerer: registry, Logger: logger,
	})
	store.OnLogChange(keys.ForgetAll)
	archive := eventstore.New(reads, eventstore.Config{Decode: events.DecodeEvent, ForQueries: true}) // reads only: nothing flies from it

	accounts := newHandler(config, store, write.Accounts)
	clients := newHandler(config, store, write.Customers)

	aggregates := []write.Handler{
		// Every handler has a line here.
		accounts,
		clients,
	}
	if err := useSnapshots(config, writes, store, registry, logger, aggregates); err != nil {
		return domain{}, err
	}
	observe := func(e event.Recorded) {
		for _, a := range aggregates {
			a.Observe(e)
		}
		if erasure, erased := e.Event.(event.Erasure); erased {
			keys.Forget(erasure.Erased(e.StreamID))
		}
	}
	epochs := edge.Epochs{Written: edge.Epoch{Known: store.Epoch, Now: store.ReadEpoch}}
	if epochs.Read = epochs.Written; config.ReadDatabaseURL != "" {
		epochs.Read = edge.Epoch{Known: archive.Epoch, Now: archive.ReadEpoch}
	}
	return domain{store, archive, aggregates, observe, privacy.NewReturned(writes, events.Erasing), privacy.NewReadable(writes, operator, registry, logger), httpapi.Options{
		Accounts: httpapi.Accounts{
			Handle:     accounts.Handle,
			Balances:   balances.NewQueries(reads),
			Statements: statements.NewQueries(reads),
			History:    history.NewQueries(archive, write.Accounts.StreamType),
		},
		Customers: httpapi.Customers{
			Handle: clients.Handle,
			People: customers.NewQueries(reads),
			Log:    archive,
			Keys:   keys,
		},
		Trail: trail.NewQueries(archive),
		Edge:  edge.Options{Epochs: epochs, Wait: projection.NewPositions(reads).Wait},
	}}, nil
}

// useSnapshots has long streams loaded from the states that the projector keeps of them, if there
// is a key that they were written under.
func useSnapshots(config Config, writes *pgxpool.Pool, store *eventstore.Store, registry prometheus.Registerer, logger *slog.Logger, aggregates []write.Handler) error {
	key, err := snapshots.NewKey(config.SnapshotKey)
	if err != nil {
		return fmt.Errorf("SNAPSHOT_KEY: %w", err)
	}
	if key == nil {
		logger.Info("no snapshots of long streams are used: SNAPSHOT_KEY is not set; set it to the same secret here and for the projector, such as openssl rand -hex 32 prints")
		return nil
	}
	finder := snapshots.NewFinder(writes, key, logger, registry).Aside(store.Aside)
	for _, a := range aggregates {
		a.UseSnapshots(finder.Find)
	}
	return nil
}

// newHandler has the configuration's bounds, and forgets what it remembers when the log goes back.
func newHandler[S, C any](config Config, store *eventstore.Store, aggregate command.Aggregate[S, C]) *command.Handler[S, C] {
	handler := aggregate.Handler(store).
		WithKeepAnswers(config.IdempotencyKeep).WithKeepStates(config.KeepStates)
	store.OnLogChange(handler.Forget)
	return handler
}
