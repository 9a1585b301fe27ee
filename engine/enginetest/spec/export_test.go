package spec

import (
	"testing"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
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

// CheckReaction calls the method checkReaction outside of a subtest, so that tests of a Workflow
// can pass their own testing.TB.
func (w *Workflow[S]) CheckReaction(t testing.TB, given []event.Recorded, when event.Recorded, then ...workflow.Do) {
	t.Helper()
	w.checkReaction(t, given, when, then)
}

// CheckTold calls the method checkTold outside of a subtest.
func (w *Workflow[S]) CheckTold(t testing.TB, when workflow.Outcome, then any) {
	t.Helper()
	w.checkTold(t, when, then)
}

// CheckEnd calls the method checkEnd outside of a subtest.
func (w *Workflow[S]) CheckEnd(t testing.TB, given []event.Recorded, want bool) {
	t.Helper()
	w.checkEnd(t, given, want)
}
