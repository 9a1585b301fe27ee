package spec

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
)

// NotFound is passed to the method Refuses instead of a code, if the expected error is
// event.ErrStreamNotFound.
const NotFound = "not found"

// Decider tests the decisions of an aggregate. It has one method for each of the three outcomes of
// a command. Allows expects that the command causes events. Refuses expects that the command is
// rejected. Quiet expects that the command succeeds without an event. Each case runs as a parallel
// subtest with its own name.
type Decider[S, C any] struct {
	t      *testing.T
	decide func(S, C) ([]event.Event, error)
	evolve func(S, event.Event) S
}

// NewDecider returns a Decider for the functions decide and evolve of an aggregate. The state
// before the first event is the zero value of S.
func NewDecider[S, C any](t *testing.T, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Decider[S, C] {
	return &Decider[S, C]{t, decide, evolve}
}

// Allows expects that a command causes exactly the events in the parameter then, if the stream
// contains the events in the parameter given.
func (d *Decider[S, C]) Allows(name string, given []event.Event, when C, then ...event.Event) {
	d.run(name, given, when, then, "")
}

// Quiet expects that a command succeeds and causes no event, because there is nothing to change.
func (d *Decider[S, C]) Quiet(name string, given []event.Event, when C) {
	d.run(name, given, when, nil, "")
}

// Refuses expects that a command fails with an event.Rejection of this code. If code is NotFound,
// the expected error is event.ErrStreamNotFound.
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

// check fails the test t if the decision differs from the expected decision, or if the function
// decide has changed the state that it was given.
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

// inside is an option for comparisons. With it, all fields of a value are compared, including
// unexported and personal fields.
var inside = cmp.Exporter(func(reflect.Type) bool { return true })

// codeOf returns the code of a rejection, the text of any other error, or "" if there is no error.
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
