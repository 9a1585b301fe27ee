package api

import (
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/edge/epoch"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/readable"
	"example.com/pgcqrs/engine/snapshots"
)

// Open opens two logs: the log in the database of commands, and the log in the database of queries.
func Open(config Config, writes, reads *pgxpool.Pool, registry prometheus.Registerer, logger *slog.Logger) (*Opened, error) {
	operator, err := operator.Open(config.KeyURI)
	if err != nil {
		return nil, fmt.Errorf("KEY_URI: %w", err)
	}
	keys := personal.New(writes, operator)
	store := eventlog.New(writes, eventlog.Config{
		Decode: config.Decode, Encrypt: keys.Encrypt, MessageOf: event.PublicMessage, Aside: keys.Most(),
		FlightFor: flightFor(config), SettleFor: settleFor(config), Registerer: registry, Logger: logger,
	})
	store.OnLogChange(keys.ForgetAll)
	archive := eventlog.New(reads, eventlog.Config{Decode: config.Decode, ForQueries: true}) // reads only: nothing is appended through it
	return &Opened{
		Writes: writes, Reads: reads, Store: store, Keys: keys,
		Archive:  archive,
		Feed:     newFeed(config, store, archive, registry, logger),
		Registry: registry, Logger: logger,
		returned: erasure.NewReturned(writes, config.Erasing),
		readable: readable.New(writes, operator, registry, logger),
		config:   config,
	}, nil
}

// newFeed returns the feed, which sends clients the events of the log that queries read. If queries
// read from the primary, the log notifies the feed when this process has appended an event.
func newFeed(config Config, store, archive *eventlog.Store, registry prometheus.Registerer, logger *slog.Logger) *feed.Feed {
	options := feed.Options{Log: store, Hints: store.Grown(), Registerer: registry, Logger: logger}
	log := store
	if config.ReadDatabaseURL != "" {
		log, options.Log, options.Hints = archive, archive, nil
	}
	made := feed.New(options)
	log.OnLogChange(made.LogChanged)
	return made
}

// Handler returns the command handler of an aggregate, with the limits that the configuration sets.
// The handler drops its cached states when the log has lost events.
func Handler[S, C any](on *Opened, aggregate command.Aggregate[S, C]) *command.Handler[S, C] {
	handler := aggregate.Handler(on.Store).
		WithKeepAnswers(on.config.IdempotencyKeep).WithKeepStates(on.config.KeepStates)
	on.Store.OnLogChange(handler.Forget)
	return handler
}

// Several returns the handler of commands that change several streams, with the limits that the
// configuration sets. The streams' own handlers, which Handler returns, cache the states.
func Several[S, C any](on *Opened, decide several.Decide[S, C]) *several.Handler[S, C] {
	return several.NewHandler(on.Store, decide).WithKeepAnswers(on.config.IdempotencyKeep)
}

// Boundary returns the handler of commands that are decided over the events of a boundary, with the
// limits that the configuration sets.
func Boundary[S, C any](on *Opened, b boundary.Boundary[S, C]) *boundary.Handler[S, C] {
	return boundary.NewHandler(on.Store, b).WithKeepAnswers(on.config.IdempotencyKeep)
}

// useSnapshots makes handlers load long streams from the snapshots that the projector stores. The
// environment must set the key that authenticates the snapshots. Without this key, useSnapshots
// does nothing.
func (o *Opened) useSnapshots(aggregates []command.Any, registry prometheus.Registerer, logger *slog.Logger) error {
	key, err := snapshots.NewKey(o.config.SnapshotKey)
	if err != nil {
		return fmt.Errorf("SNAPSHOT_KEY: %w", err)
	}
	if key == nil {
		logger.Info("no snapshots of long streams are used: SNAPSHOT_KEY is not set; set it to the same secret here and for the projector, such as openssl rand -hex 32 prints")
		return nil
	}
	finder := snapshots.NewFinder(o.Writes, key, logger, registry).Aside(o.Store.Aside)
	for _, a := range aggregates {
		a.UseSnapshots(finder.Find)
	}
	return nil
}

// observe returns a function that passes an event to the aggregates, which update their cached
// states. The function is called for events that other processes have appended.
func (o *Opened) observe(aggregates []command.Any) func(event.Recorded) {
	return func(e event.Recorded) {
		for _, a := range aggregates {
			a.Observe(e)
		}
		if erasure, erased := e.Event.(event.Erasure); erased {
			o.Keys.Forget(erasure.Erased(e.StreamID))
		}
	}
}

// epochs returns the epoch of the log to which commands write, and the epoch of the log from which
// queries read. An epoch names one history of a log: a log that has lost events gets another epoch.
func (o *Opened) epochs() epoch.Epochs {
	epochs := epoch.Epochs{Written: epoch.Epoch{Known: o.Store.Epoch, Now: o.Store.ReadEpoch}}
	if epochs.Read = epochs.Written; o.config.ReadDatabaseURL != "" {
		epochs.Read = epoch.Epoch{Known: o.Archive.Epoch, Now: o.Archive.ReadEpoch}
	}
	return epochs
}
