package command

import "example.com/pgcqrs/engine/event"

// Decide returns the events that a command causes. If the command is not allowed, Decide returns
// an *event.Rejection or event.ErrStreamNotFound. If Decide returns no events, nothing happens
// and the command succeeds. Decide must be pure: it uses no clock, generates no id, uses no
// randomness and no database.
type Decide[S, C any] func(state S, command C) ([]event.Event, error)

// Evolve returns the state after an event. Evolve can't fail, because the event has happened.
// Evolve must change neither the given state nor the given event; CheckEvolve finds an Evolve
// that changes one of them. Decisions are correct even with such an Evolve, because a Handler
// never uses a state or an event again after Evolve has got it.
type Evolve[S any] func(state S, e event.Event) S
