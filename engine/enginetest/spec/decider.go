package spec

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
)

// NotFound is the code under which Refuses expects event.ErrStreamNotFound.
const NotFound = "not found"

// Decider holds the decisions of an aggregate to what a test says. Its methods are the three kinds of cases that each
// command has: it allows, it refuses, it stays quiet. Each runs as a parallel subtest of the case's name.
type Decider[S, C any] struct {
	t      *testing.T
	decide func(S, C) ([]event.Event, error)
	evolve func(S, event.Event) S
}

// NewDecider makes a Decider of the two functions of an aggregate. The state before the first event is S's zero value.
func NewDecider[S, C any](t *testing.T, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Decider[S, C] {
	return &Decider[S, C]{t, decide, evolve}
}

// Allows expects that a command, given what happened before, leads to events.
func (d *Decider[S, C]) Allows(name string, given []event.Event, when C, then ...event.Event) {
	d.run(name, given, when, then, "")
}

// Quiet expects that a command leads to nothing, and is not refused: it is so already.
func (d *Decider[S, C]) Quiet(name string, given []event.Event, when C) {
	d.run(name, given, when, nil, "")
}

// Refuses expects that a command is refused by an event.Rejection of this code, or with event.ErrStreamNotFound for
// NotFound, and leads to nothing.
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

// check reports what is decided otherwise, and a state that Decide has changed.
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

// inside has values compared by all their fields, personal ones too.
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
