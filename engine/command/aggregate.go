package command

import (
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// Aggregate describes one kind of stream: its type, what its commands decide, and how its events
// change the state.
type Aggregate[S, C any] struct {
	StreamType string // stored with every event: frozen
	Decide     Decide[S, C]
	Evolve     Evolve[S]
}

// NewAggregate joins a stream's type to its Decide and its Evolve.
func NewAggregate[S, C any](streamType string, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) Aggregate[S, C] {
	return Aggregate[S, C]{StreamType: streamType, Decide: decide, Evolve: evolve}
}

// Handler returns a Handler for the aggregate's commands.
func (a Aggregate[S, C]) Handler(store Store) *Handler[S, C] {
	return NewHandler(store, a.StreamType, a.Decide, a.Evolve)
}

// Fold returns the aggregate's Fold, which snapshots are made with.
func (a Aggregate[S, C]) Fold() *fold.Fold[S] { return fold.New(a.StreamType, a.Evolve) }
