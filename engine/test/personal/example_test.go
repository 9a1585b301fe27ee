package personal_test

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
)

// Example_personalField shows an event with a personal field. When the event is appended, the field
// is encrypted with the key of the person. Reveal decrypts the text for an answer. An event that
// erases the person deletes the key, so that no copy of the text can be decrypted any more.
func Example_personalField() {
	t := testdb.NewExample("personal field")
	defer t.End()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, guest.Forgets) // in a service, a migration creates this trigger: the event guest.erased destroys the guest's key

	uri := "file://" + filepath.Join(t.TempDir(), "key.json") // KEY_URI: the key that wraps the keys of persons
	_, made := keyfile.New(uri)
	operator, err := operator.Open(uri)
	if err = errors.Join(made, err); err != nil {
		t.Fatal(err)
	}
	keys := personal.New(pool, operator)
	store := eventlog.New(pool, eventlog.Config{Decode: guest.Decode, Encrypt: keys.Encrypt})
	await.Background(t, store.Run)

	id := uuid.New()
	add := func(version int64, e event.Event) {
		stream := event.StreamAppend{Type: guest.Stream, ID: id, Expected: version, Events: []event.Event{e}}
		if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{stream}}); err != nil {
			t.Fatal(err)
		}
	}
	add(event.NoStream, guest.Registered{Name: event.Private("Zaphod")})
	var state guest.State
	err = store.Load(t.Context(), guest.Stream, id, 0, func(e event.Recorded) error {
		state = guest.Evolve(state, e.Event)
		return nil
	})
	fmt.Printf("loaded: %v, in clear: %q, %v\n", state.Name, state.Name.Text(), err)
	name, err := keys.Reveal(t.Context(), id, guest.Stream, id, guest.Name, state.Name)
	fmt.Println("revealed:", name, err)

	add(1, guest.Erased{})
	keys.Forget(id) // another process forgets the key within five seconds
	_, err = keys.Reveal(t.Context(), id, guest.Stream, id, guest.Name, state.Name)
	fmt.Println("erased:", errors.Is(err, personal.ErrErased))
	// Output:
	// loaded: (personal), in clear: "", <nil>
	// revealed: Zaphod <nil>
	// erased: true
}
