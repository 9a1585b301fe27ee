package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// CheckIdentity checks that events whose ids are derived from one identity are appended only once,
// even if they are appended at another version. The ids must not depend on other appends that are
// stored in the same call. A fake whose tests use no identities need not keep this rule.
func CheckIdentity(t *testing.T, store command.Store) {
	t.Helper()
	s := &subject{t, store, uuid.New()}
	identity := event.NewIdentity("transfers", 7, 1, time.Now().UnixMilli())
	with := func(a event.Append) event.Append {
		a.Identity = identity
		return a
	}
	s.append(s.adds(event.NoStream, 1), with(s.adds(1, 2, 3)))
	s.refuses("the same work at another version", event.ErrRecorded, with(s.adds(3, 2, 3)))
	s.refuses("other events of the same work, in a chain", event.ErrRecorded, s.adds(3, 4), with(s.adds(4, 5)))
	s.holds(1, 2, 3)
	for n, e := range s.load(1) {
		if want := event.DeriveID(identity, n); e.ID != want {
			t.Errorf("event %d has the id %s, want %s", n, e.ID, want)
		}
	}
}
