// Package privacy_test tests what the service guarantees for personal data. The tests cover the
// triggers of erasing event types, the read models, and other services that receive messages. The
// tests in engine/test/personal test the encryption itself.
package privacy_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/migrations"
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
	if without, err := erasure.WithoutTrigger(t.Context(), pool, []string{"no-aggregate.erased"}); err != nil || len(without) != 1 {
		t.Errorf("a type without a trigger is not found: %v, %v", without, err)
	}
}

// The list migrations.Triggers has exactly the triggers that the service's migrations put on the
// engine's tables. If a trigger is not in the list, the programs do not notice that a database
// lacks this trigger.
func TestTriggersOfTheServiceAreListed(t *testing.T) {
	t.Parallel()
	const triggers = `
		SELECT array_agg(w.name || '.' || t.tgname ORDER BY t.tgname)
		FROM unnest($1::text[]) AS w (name) JOIN pg_trigger t ON t.tgrelid = w.name::regclass
		WHERE NOT t.tgisinternal AND NOT w.name || '.' || t.tgname = ANY ($2)`
	var have []string
	engine := slices.Concat(schema.Always, schema.Triggers)
	if err := rig.Connect(t, testdb.New(t)).QueryRow(t.Context(), triggers, schema.Tables, engine).Scan(&have); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(migrations.Triggers))
	if slices.Sort(have); !slices.Equal(have, want) {
		t.Errorf("the migrations make %q, and Triggers in migrations/migrations.go lists %q", have, want)
	}
}
