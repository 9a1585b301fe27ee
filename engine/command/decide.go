package command

import "example.com/pgcqrs/engine/event"

// Decide returns the events that a command causes. If the command is not allowed, Decide returns an
// *event.Rejection or event.ErrStreamNotFound. If Decide returns no events, nothing happens and the
// command succeeds. Decide must be a pure function: it must not read a clock, generate an id, use
// randomness or read a database.
type Decide[S, C any] func(state S, command C) ([]event.Event, error)

// Evolve returns the state after an event. Evolve can't fail, because the event has happened.
// Evolve should change neither the given state nor the given event; tests check this with
// CheckEvolve. Even if an Evolve changes the given state or event, a Handler decides correctly: the
// Handler never uses a state or an event again after passing it to Evolve.
type Evolve[S any] func(state S, e event.Event) S
