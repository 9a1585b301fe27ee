// Package privacy_test holds what the service says of personal data: of the types that erase, of its read models, and to
// those who consume its messages. The encryption itself is tried in engine/test/personal.
package privacy_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

const unique = "Zaphod Beeblebrox"

// Each event type of this service that erases has a migration with its trigger.
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
