package spec

import (
	"testing"

	"example.com/pgcqrs/engine/event"
)

// Check runs check outside of a subtest.
func (d *Decider[S, C]) Check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	d.check(t, given, when, then, code)
}
