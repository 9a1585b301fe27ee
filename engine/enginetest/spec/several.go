package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
)

// Several tests the decisions of commands on several streams (engine/command/several). It has the
// methods of a Decider, with a list of events for each stream. S is the struct with the states of
// all streams.
type Several[S, C any] struct {
	t      *testing.T
	decide func(S, C) ([][]event.Event, error)
	parts  []Part[S]
}

// Part applies the given events of one stream to this stream's state in the struct of all states.
type Part[S any] func(states *S, given []event.Event)

// PartOf returns the Part of a stream. The function evolve is the Evolve function of the stream.
// The function within returns a pointer to the stream's state in the struct of all states.
func PartOf[S, T any](evolve func(T, event.Event) T, within func(states *S) *T) Part[S] {
	return func(states *S, given []event.Event) {
		state := within(states)
		for _, e := range given {
			*state = evolve(*state, e)
		}
	}
}

// NewSeveral returns a Several for a function decide and its streams, in their order.
func NewSeveral[S, C any](t *testing.T, decide func(S, C) ([][]event.Event, error), parts ...Part[S]) *Several[S, C] {
	return &Several[S, C]{t, decide, parts}
}

// Allows expects that a command causes exactly the events in the parameter then, if the streams
// contain the events in the parameter given. Both parameters have a list of events for each stream.
// The last lists may be omitted if they are empty.
func (s *Several[S, C]) Allows(name string, given [][]event.Event, when C, then ...[]event.Event) {
	s.run(name, given, when, then, "")
}

// Quiet expects that a command succeeds and causes no event, because there is nothing to change.
func (s *Several[S, C]) Quiet(name string, given [][]event.Event, when C) {
	s.run(name, given, when, nil, "")
}

// Refuses expects that a command fails with an event.Rejection of this code. If code is NotFound,
// the expected error is event.ErrStreamNotFound.
func (s *Several[S, C]) Refuses(name string, given [][]event.Event, when C, code string) {
	s.run(name, given, when, nil, code)
}

func (s *Several[S, C]) run(name string, given [][]event.Event, when C, then [][]event.Event, code string) {
	s.t.Helper()
	s.t.Run(name, func(t *testing.T) {
		t.Parallel()
		s.check(t, given, when, then, code)
	})
}

// check fails the test t if the decision differs from the expected decision, or if the function
// decide has changed the states that it was given.
func (s *Several[S, C]) check(t testing.TB, given [][]event.Event, when C, then [][]event.Event, code string) {
	t.Helper()
	if len(given) > len(s.parts) {
		t.Errorf("events of %d streams are given, and there are %d streams", len(given), len(s.parts))
		return
	}
	var states, before S
	for i, events := range given {
		s.parts[i](&states, events)
		s.parts[i](&before, events)
	}
	decided, err := s.decide(states, when)
	if diff := cmp.Diff(padded(then, len(s.parts)), padded(decided, len(s.parts)), inside); diff != "" {
		t.Errorf("decided (-want +got):\n%s", diff)
	}
	if got := codeOf(err); got != code {
		t.Errorf("refused with %q, want %q", got, code)
	}
	if diff := cmp.Diff(before, states, inside); diff != "" {
		t.Errorf("Decide has changed the states that it was given (-before +after):\n%s", diff)
	}
}

// padded returns the lists of events of all streams. An empty list becomes nil.
func padded(lists [][]event.Event, streams int) [][]event.Event {
	all := make([][]event.Event, max(streams, len(lists)))
	for i, list := range lists {
		if len(list) > 0 {
			all[i] = list
		}
	}
	return all
}
