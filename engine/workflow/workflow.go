package workflow

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Workflow reacts to events with commands, timers and calls, for something that spans several
// streams and takes time, such as a transfer. Each run of a workflow is an instance. Each instance
// has its own stream, and the stream's id is the id of the instance. The outcomes of the instance's
// reactions are recorded in this stream. All functions must be pure: they may not use a clock, an
// id generator, randomness or a database.
type Workflow[S any] struct {
	// Name is stored with the jobs and with the events that they cause, and must never change. Name
	// has 1 to 60 lower-case letters, digits and single hyphens.
	Name string

	// Shape is a number for the form in which states are stored as JSON. After you change S or Evolve,
	// give Shape another number. A state that was stored with another number is then folded again from
	// the log.
	Shape int

	// Correlate returns the instance to which an event belongs. If ok is false, the event does not
	// concern the workflow.
	Correlate func(e event.Recorded) (instance uuid.UUID, ok bool)

	// Evolve returns the state of an instance after an event. The state must have no personal data.
	Evolve func(state S, e event.Event) S

	// React returns what is to be done after an event. The parameter state is the state after the
	// event. Each part of the reaction takes effect in the log exactly once, even if a process dies at
	// any instant. A Call may be executed more than once. The parts of one reaction may be done at the
	// same time, and in any order.
	React func(state S, e event.Recorded) []Do

	// Tell returns a command for the stream of the instance, which records an outcome there. The
	// outcome is a refused command, a timer that fired, an answered call, or a call that was given up.
	// If Tell returns nil, nothing is recorded. The function Decide of the aggregate must accept this
	// command at any time. If the command comes too late, Decide must return no event.
	Tell func(o Outcome) any

	// Ended reports whether an instance has ended, so that it needs no timers any more. The timers of
	// an ended instance are cancelled. If Ended is nil, instances never end.
	Ended func(state S) bool

	// Schedules begin instances at certain times.
	Schedules []Schedule
}

// Definition is a Workflow in a form in which states are JSON, so that one type fits workflows with
// any type of state.
type Definition struct {
	Name      string
	Shape     int
	Correlate func(e event.Recorded) (instance uuid.UUID, ok bool)
	Tell      func(o Outcome) any
	Schedules []Schedule

	// Fold returns the stored form of the state after an event, and whether the instance has ended.
	// The parameter state is nil before the first event of an instance.
	Fold func(state []byte, e event.Recorded) (next []byte, ended bool, err error)

	// React returns what is to be done after an event; the parameter state is the state after it.
	React func(state []byte, e event.Recorded) ([]Do, error)
}

// Definition returns the workflow for the code that runs it. If Evolve, Ended or React panics, Fold
// or React of the Definition returns an error that describes the panic.
func (w Workflow[S]) Definition() Definition {
	decode := func(stored []byte) (state S, err error) {
		if stored != nil {
			err = json.Unmarshal(stored, &state)
		}
		return state, err
	}
	return Definition{
		Name: w.Name, Shape: w.Shape, Correlate: w.Correlate, Tell: w.Tell, Schedules: w.Schedules,
		Fold: func(stored []byte, e event.Recorded) (next []byte, ended bool, err error) {
			defer recovered(&err)
			state, err := decode(stored)
			if err != nil {
				return nil, false, fmt.Errorf("decode the state: %w", err)
			}
			state = w.Evolve(state, e.Event)
			if next, err = Encode(state, MaxState); err != nil {
				return nil, false, fmt.Errorf("encode the state: %w", err)
			}
			return next, w.Ended != nil && w.Ended(state), nil
		},
		React: func(stored []byte, e event.Recorded) (do []Do, err error) {
			defer recovered(&err)
			state, err := decode(stored)
			if err != nil {
				return nil, fmt.Errorf("decode the state: %w", err)
			}
			if do = w.React(state, e); len(do) > MaxJobs {
				return nil, fmt.Errorf("the reaction has %d parts, and at most %d are possible", len(do), MaxJobs)
			}
			return do, nil
		},
	}
}
