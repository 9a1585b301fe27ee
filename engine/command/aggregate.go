package command

import (
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// Aggregate describes one kind of stream: the stream type, the function that decides its
// commands, and the function that applies its events to the state.
type Aggregate[S, C any] struct {
	StreamType string // stored with every event; it must never change
	Decide     Decide[S, C]
	Evolve     Evolve[S]
}

// NewAggregate returns an Aggregate for the given stream type, with its Decide function and its
// Evolve function.
func NewAggregate[S, C any](streamType string, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) Aggregate[S, C] {
	return Aggregate[S, C]{StreamType: streamType, Decide: decide, Evolve: evolve}
}

// Handler returns a Handler for the aggregate's commands.
func (a Aggregate[S, C]) Handler(store Store) *Handler[S, C] {
	return NewHandler(store, a.StreamType, a.Decide, a.Evolve)
}

// Fold returns a Fold, which computes the states of the aggregate's streams from events.
// engine/snapshots makes snapshots with the Fold.
func (a Aggregate[S, C]) Fold() *fold.Fold[S] { return fold.New(a.StreamType, a.Evolve) }
