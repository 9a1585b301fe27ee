package personal_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/personal/erasure"
)

// A restored backup brings back the key of an erased person. A process is not ready while such a
// key exists. The readiness check finds the key even if the person's stream has events after the
// erasing event.
func TestAKeyThatHasComeBackIsNoticed(t *testing.T) {
	t.Parallel()
	for name, goesOn := range map[string]bool{"the stream has ended": false, "the stream goes on": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id, _ := w.register(unique, "zaphod@example.com")
			w.register("Ford", "ford@example.com")
			well := erasure.NewReturned(w.pool, erasing)
			if well.Check(t.Context()) == nil {
				t.Error("all is said to be well before anybody has looked")
			}
			await.Background(t, well.Run)
			await.True(t, "nobody is found", func() bool { return well.Check(t.Context()) == nil })

			w.execute(`CREATE TABLE backup AS TABLE keys.persons`)
			w.erase(id, 1)
			if goesOn {
				if err := w.append(id, 2, guest.Noted{}); err != nil {
					t.Fatal(err)
				}
			}
			w.execute(`DELETE FROM keys.erased`)
			w.execute(`INSERT INTO keys.persons TABLE backup ON CONFLICT DO NOTHING`)
			started := erasure.NewReturned(w.pool, erasing)
			await.Background(t, started.Run)
			await.True(t, "the key is found", func() bool { return errors.Is(started.Check(t.Context()), erasure.ErrReturned) })
			if count, err := erasure.Again(t.Context(), w.owner, erasing); err != nil || count != 1 {
				t.Fatal(count, err)
			}
			await.True(t, "all is well again", func() bool { return started.Check(t.Context()) == nil })
		})
	}
}

var erasing = []string{guest.Erased{}.EventType()}

// execute runs an SQL statement as the owner of the schema.
func (w *world) execute(sql string) {
	w.t.Helper()
	if _, err := w.owner.Exec(w.t.Context(), sql); err != nil {
		w.t.Fatal(err)
	}
}

// A trigger must delete the person's key when an erasing event is appended. If no trigger exists
// for the event type, an erasure would succeed without any effect. For this reason the process is
// not ready.
func TestAnErasureWithoutATriggerIsNoticed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change string
		want   error
	}{
		"none": {`DROP TRIGGER forget_guest ON events`, erasure.ErrNoTrigger},
		"off":  {`ALTER TABLE events DISABLE TRIGGER forget_guest`, erasure.ErrNoTrigger},
		"of another type": {`DROP TRIGGER forget_guest ON events; CREATE TRIGGER forget_guest AFTER INSERT ON events
			FOR EACH ROW WHEN (NEW.type = 'guest.registered') EXECUTE FUNCTION keys.erase_person()`, erasure.ErrNoTrigger},
		"of each statement": {`DROP TRIGGER forget_guest ON events; CREATE TRIGGER forget_guest AFTER INSERT ON events
			FOR EACH STATEMENT EXECUTE FUNCTION keys.erase_person()`, erasure.ErrNoTrigger},
		"of several types": {`DROP TRIGGER forget_guest ON events; CREATE TRIGGER forget_guest AFTER INSERT ON events
			FOR EACH ROW WHEN (NEW.type IN ('guest.expelled', 'guest.erased')) EXECUTE FUNCTION keys.erase_person()`, nil},
		"always": {`ALTER TABLE events ENABLE ALWAYS TRIGGER forget_guest`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.execute(tc.change)
			started := erasure.NewReturned(w.pool, erasing)
			await.Background(t, started.Run)
			await.True(t, "it is seen", func() bool {
				err := started.Check(t.Context())
				return tc.want == nil && err == nil || tc.want != nil && errors.Is(err, tc.want) && strings.Contains(err.Error(), erasing[0])
			})
		})
	}
}

// If an erasing event type has no trigger, this is detected even before the log contains an event
// of that type.
func TestATypeWithoutATriggerIsFound(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	if without, err := erasure.WithoutTrigger(t.Context(), pool, erasing); err != nil || len(without) != 1 {
		t.Errorf("a type without a trigger is not found: %v, %v", without, err)
	}
}
