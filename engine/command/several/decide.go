package several

import "example.com/pgcqrs/engine/event"

// Decide returns the events that a command causes, as one list of events for each stream. The lists
// are in the order in which the command names its streams. Decide may leave out empty lists at the
// end. S is a struct with the states of the streams. If the command is not allowed, Decide returns
// an *event.Rejection or event.ErrStreamNotFound. If Decide returns no events, nothing happens and
// the command succeeds. Decide must be a pure function: it must not read a clock, generate an id,
// use randomness or read a database.
type Decide[S, C any] func(states S, command C) ([][]event.Event, error)
