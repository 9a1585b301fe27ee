// Package privacy_test tests the service's guarantees for personal data: which event types erase,
// the read models, and the consumers of messages. engine/test/personal tests the encryption itself.
package privacy_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

const unique = "Zaphod Beeblebrox"

// For each event type of this service that erases a person, a migration creates the trigger.
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
