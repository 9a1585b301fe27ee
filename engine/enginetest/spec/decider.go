package spec

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
)

// NotFound is the code with which Refuses expects event.ErrStreamNotFound.
const NotFound = "not found"

// Decider compares an aggregate's decisions with a test's expectations. Its methods are the three
// kinds of cases that each command has: it allows, it refuses, it stays quiet. Each runs as a
// parallel subtest of the case's name.
type Decider[S, C any] struct {
	t      *testing.T
	decide func(S, C) ([]event.Event, error)
	evolve func(S, event.Event) S
}

// NewDecider returns a Decider of an aggregate's two functions. The state before the first event is
// S's zero value.
func NewDecider[S, C any](t *testing.T, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Decider[S, C] {
	return &Decider[S, C]{t, decide, evolve}
}

// Allows expects that a command, after the given events, leads to events.
func (d *Decider[S, C]) Allows(name string, given []event.Event, when C, then ...event.Event) {
	d.run(name, given, when, then, "")
}

// Quiet expects that a command leads to no event and is not refused: it changes nothing.
func (d *Decider[S, C]) Quiet(name string, given []event.Event, when C) {
	d.run(name, given, when, nil, "")
}

// Refuses expects that a command is refused with an event.Rejection of this code, or, for NotFound,
// with event.ErrStreamNotFound.
func (d *Decider[S, C]) Refuses(name string, given []event.Event, when C, code string) {
	d.run(name, given, when, nil, code)
}

func (d *Decider[S, C]) run(name string, given []event.Event, when C, then []event.Event, code string) {
	d.t.Helper()
	d.t.Run(name, func(t *testing.T) {
		t.Parallel()
		d.check(t, given, when, then, code)
	})
}

// check reports a decision that differs, and a state that Decide has changed.
func (d *Decider[S, C]) check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	var state, before S
	for _, e := range given {
		state, before = d.evolve(state, e), d.evolve(before, e)
	}
	decided, err := d.decide(state, when)
	if diff := cmp.Diff(then, decided, inside); diff != "" {
		t.Errorf("decided (-want +got):\n%s", diff)
	}
	if got := codeOf(err); got != code {
		t.Errorf("refused with %q, want %q", got, code)
	}
	if diff := cmp.Diff(before, state, inside); diff != "" {
		t.Errorf("Decide has changed the state that it was given (-before +after):\n%s", diff)
	}
}

// inside makes comparisons include all fields, personal ones too.
var inside = cmp.Exporter(func(reflect.Type) bool { return true })

// codeOf returns the code of a refusal, the text of a failure, or "" for neither.
func codeOf(err error) string {
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return rejection.Code
	}
	if errors.Is(err, event.ErrStreamNotFound) {
		return NotFound
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
