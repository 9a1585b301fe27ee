// Package privacy_test tests what the service guarantees for personal data. The tests cover the
// triggers of erasing event types, the read models, and other services that receive messages. The
// tests in engine/test/personal test the encryption itself.
package privacy_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

const unique = "Zaphod Beeblebrox"

// Some event types of this service erase a person. For each of them, a migration must create the
// trigger that deletes the key of the person.
func TestEachTypeThatErasesHasItsTrigger(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	if without, err := erasure.WithoutTrigger(t.Context(), pool, events.Erasing); err != nil || len(without) > 0 {
		t.Errorf("no trigger destroys the key at %v (%v): see \"Add a personal field\" in docs/privacy.md", without, err)
	}
	if without, err := erasure.WithoutTrigger(t.Context(), pool, []string{"guest.erased"}); err != nil || len(without) != 1 {
		t.Errorf("a type without a trigger is not found: %v, %v", without, err)
	}
}
