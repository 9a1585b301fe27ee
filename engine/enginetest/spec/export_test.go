package spec

import (
	"testing"

	"example.com/pgcqrs/engine/event"
)

// Check calls the method check outside of a subtest, so that tests of a Decider can pass their own
// testing.TB.
func (d *Decider[S, C]) Check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	d.check(t, given, when, then, code)
}

// Check calls the method check outside of a subtest, so that tests of a Several can pass their own
// testing.TB.
func (s *Several[S, C]) Check(t testing.TB, given [][]event.Event, when C, then [][]event.Event, code string) {
	t.Helper()
	s.check(t, given, when, then, code)
}

// Check calls the method check outside of a subtest, so that tests of a Boundary can pass their own
// testing.TB.
func (b *Boundary[S, C]) Check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	b.check(t, given, when, then, code)
}
