package command

import (
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// Aggregate is one kind of stream: what its commands make happen, and what its events come to.
type Aggregate[S, C any] struct {
	StreamType string // stored with every event: frozen
	Decide     Decide[S, C]
	Evolve     Evolve[S]
}

// NewAggregate joins a stream's type to its Decide and its Evolve.
func NewAggregate[S, C any](streamType string, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) Aggregate[S, C] {
	return Aggregate[S, C]{StreamType: streamType, Decide: decide, Evolve: evolve}
}

// Handler makes the Handler of the aggregate's commands.
func (a Aggregate[S, C]) Handler(store Store) *Handler[S, C] {
	return NewHandler(store, a.StreamType, a.Decide, a.Evolve)
}

// Fold makes the aggregate's Fold, which snapshots are taken by.
func (a Aggregate[S, C]) Fold() *fold.Fold[S] { return fold.New(a.StreamType, a.Evolve) }
