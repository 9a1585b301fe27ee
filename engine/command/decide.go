package command

import "example.com/pgcqrs/engine/event"

// Decide returns the events that a command causes, or refuses the command with an *event.Rejection
// or event.ErrStreamNotFound. It may return no events: nothing happens, and the command succeeds.
// Decide is pure: no clock, no id, no randomness, no database.
type Decide[S, C any] func(state S, command C) ([]event.Event, error)

// Evolve returns the state after an event. It can't fail: the event has happened. It must not
// change the state and the event that it is given; CheckEvolve finds one that does. Decisions stay
// right even with such an Evolve: neither the state nor the event is handed out twice.
type Evolve[S any] func(state S, e event.Event) S
