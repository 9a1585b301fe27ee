package spec

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
)

// NotFound is the code with which a test tells Refuses to expect event.ErrStreamNotFound.
const NotFound = "not found"

// Decider compares the decisions of an aggregate with the expectations of a test. The methods of a
// Decider are the three kinds of cases for each command: the command succeeds with events (Allows),
// is rejected (Refuses), or succeeds without an event (Quiet). Each case runs as a parallel subtest
// with its name.
type Decider[S, C any] struct {
	t      *testing.T
	decide func(S, C) ([]event.Event, error)
	evolve func(S, event.Event) S
}

// NewDecider returns a Decider for the two functions of an aggregate. The state before the first
// event is the zero value of S.
func NewDecider[S, C any](t *testing.T, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Decider[S, C] {
	return &Decider[S, C]{t, decide, evolve}
}

// Allows expects that a command, after the given events, causes the events given as then.
func (d *Decider[S, C]) Allows(name string, given []event.Event, when C, then ...event.Event) {
	d.run(name, given, when, then, "")
}

// Quiet expects that a command succeeds and causes no event, because it changes nothing.
func (d *Decider[S, C]) Quiet(name string, given []event.Event, when C) {
	d.run(name, given, when, nil, "")
}

// Refuses expects that a command fails with an event.Rejection of this code or, for NotFound, with
// event.ErrStreamNotFound.
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

// check fails t if the decision differs from the expected one, or if Decide has changed the state.
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

// inside makes comparisons include all fields, also personal and unexported ones.
var inside = cmp.Exporter(func(reflect.Type) bool { return true })

// codeOf returns the code of a rejection, the text of another error, or "" for nil.
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
