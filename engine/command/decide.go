package command

import "example.com/pgcqrs/engine/event"

// Decide says what happens because of a command, or refuses it with an
// *event.Rejection or event.ErrStreamNotFound. No events: nothing happens, and
// that is fine. It is pure: no clock, no id, no randomness, no database.
type Decide[S, C any] func(state S, command C) ([]event.Event, error)

// Evolve returns the state after an event. It can't fail: the event has happened. It must
// not change the state and the event that it is given; CheckEvolve finds one that does.
// Its decisions are right also then: it hands out neither twice.
type Evolve[S any] func(state S, e event.Event) S
