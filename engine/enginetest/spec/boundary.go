package spec

import (
	"testing"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/event"
)

// Boundary tests the decisions of a boundary.Boundary, as the type Decider tests those of an
// aggregate. In each case, the parameter given contains all events of the log. The state is
// computed only from the events that the boundary's query selects. So the test fails if the query
// does not select an event that the decision needs.
type Boundary[S, C any] struct {
	t *testing.T
	b boundary.Boundary[S, C]
}

// NewBoundary returns a Boundary for the decisions over b.
func NewBoundary[S, C any](t *testing.T, b boundary.Boundary[S, C]) *Boundary[S, C] {
	return &Boundary[S, C]{t, b}
}

// Allows expects that a command causes exactly the events in the parameter then, if the log
// contains the events in the parameter given.
func (b *Boundary[S, C]) Allows(name string, given []event.Event, when C, then ...event.Event) {
	b.run(name, given, when, then, "")
}

// Quiet expects that a command succeeds and causes no event, because there is nothing to change.
func (b *Boundary[S, C]) Quiet(name string, given []event.Event, when C) {
	b.run(name, given, when, nil, "")
}

// Refuses expects that a command fails with an event.Rejection of this code. If code is NotFound,
// the expected error is event.ErrStreamNotFound.
func (b *Boundary[S, C]) Refuses(name string, given []event.Event, when C, code string) {
	b.run(name, given, when, nil, code)
}

func (b *Boundary[S, C]) run(name string, given []event.Event, when C, then []event.Event, code string) {
	b.t.Helper()
	b.t.Run(name, func(t *testing.T) {
		t.Parallel()
		b.check(t, given, when, then, code)
	})
}

// check fails the test t if the decision differs from the expected decision, or if the query or a
// tag is not valid. check also fails t if an expected event has personal data, or if the function
// Decide has changed its argument state.
func (b *Boundary[S, C]) check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	c := event.Condition{Items: b.b.Query(when)}
	if err := c.Check(); err != nil {
		t.Errorf("the query: %v", err)
	}
	d := &Decider[S, C]{decide: b.b.Decide, evolve: b.b.Evolve}
	var selected []event.Event
	for _, e := range given {
		if c.Matches(e.EventType(), tagsOf(t, e)) {
			selected = append(selected, e)
		}
	}
	for _, e := range then {
		tagsOf(t, e)
		if _, personal := e.(event.PersonalEvent); personal {
			t.Errorf("%s has personal data, which is encrypted for a version of its stream: the append of a boundary takes any version, and refuses the event", e.EventType())
		}
	}
	d.check(t, selected, when, then, code)
}

// tagsOf returns the tags of an event, which must be valid.
func tagsOf(t testing.TB, e event.Event) []string {
	t.Helper()
	tagged, ok := e.(event.Tagged)
	if !ok {
		return nil
	}
	if err := event.CheckTags(tagged.Tags()); err != nil {
		t.Errorf("the tags of %s: %v", e.EventType(), err)
	}
	return tagged.Tags()
}
