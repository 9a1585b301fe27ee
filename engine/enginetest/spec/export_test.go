package spec

import (
	"testing"

	"example.com/pgcqrs/engine/event"
)

// Check checks a case without a subtest.
func (d *Decider[S, C]) Check(t testing.TB, given []event.Event, when C, then []event.Event, code string) {
	t.Helper()
	d.check(t, given, when, then, code)
}
