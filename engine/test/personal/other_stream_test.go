package personal_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/erasure"
)

// onRoom appends an event to the stream of a room. The stream of a room is not the stream of a
// person.
func (w *world) onRoom(room uuid.UUID, expected int64, e event.Event) error {
	_, err := w.store.Append(w.t.Context(), event.Append{Streams: []event.StreamAppend{{Type: "room", ID: room, Expected: expected, Events: []event.Event{e}}}})
	return err
}

// seenIn returns the encrypted name from the event guest.Seen in the stream of a room.
func (w *world) seenIn(room uuid.UUID) (encrypted event.Personal) {
	w.t.Helper()
	err := w.store.Load(w.t.Context(), "room", room, 0, func(e event.Recorded) error {
		if seen, ok := e.Event.(guest.Seen); ok {
			encrypted = seen.Name
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return encrypted
}

// roomForgets is SQL that creates a trigger on the table events. The trigger deletes the key of a
// guest when the event "guest forgotten" is appended to the stream of a room.
const roomForgets = `CREATE TRIGGER room_forgets_guest AFTER INSERT ON events
	FOR EACH ROW WHEN (NEW.type = 'room.guest_forgotten') EXECUTE FUNCTION keys.erase_person('room')`

// misnamed is an erasing event whose JSON has the person's id in the wrong field. So the trigger of
// the database does not find the id.
type misnamed struct {
	Guest uuid.UUID `json:"Erases"`
}

func (misnamed) EventType() string { return guest.Forgotten{}.EventType() }

func (misnamed) SchemaVersion() int { return 1 }

func (m misnamed) Erased(uuid.UUID) uuid.UUID { return m.Guest }

// An event in the stream of a room can contain personal text of a guest. The text is encrypted with
// the guest's key. An erasing event in the stream of the room deletes that key.
func TestAnEventErasesAPersonWhoIsNotItsStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.execute(roomForgets)
	id, own := w.register(unique, "zaphod@example.com")
	other, others := w.register("Ford", "ford@example.com")
	room := uuid.New()
	if err := w.onRoom(room, event.NoStream, guest.Seen{Of: id, Name: event.Private(unique)}); err != nil {
		t.Fatal(err)
	}
	seen := w.seenIn(room)
	read := func(keys *personal.Keys) (string, error) {
		return keys.Reveal(t.Context(), id, "room", room, guest.Name, seen)
	}
	if text, err := read(w.newKeys()); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
	if err := w.onRoom(room, 1, guest.Forgotten{Guest: uuid.New()}); err == nil {
		t.Error("somebody is erased who is not there")
	}
	if err := w.onRoom(room, 1, misnamed{Guest: id}); err == nil {
		t.Error("an erasure is stored by which the database would erase somebody else")
	}
	if err := w.onRoom(room, 1, guest.Forgotten{Guest: id}); err != nil {
		t.Fatal(err)
	}
	keys := w.newKeys()
	for name, reads := range map[string]func() (string, error){
		"on the room's stream": func() (string, error) { return read(keys) },
		"on their own stream":  func() (string, error) { return reveal(t.Context(), keys, id, own) },
	} {
		if text, err := reads(); !errors.Is(err, personal.ErrErased) {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
	}
	if text, err := reveal(t.Context(), keys, other, others); err != nil || text != "Ford" {
		t.Errorf("the other reads %q, %v", text, err)
	}
	if rows := w.count(`SELECT count(*) FROM keys.erased JOIN erasures USING (person_id) WHERE person_id = '` + id.String() + `'`); rows != 1 {
		t.Errorf("%d rows say that the guest was erased", rows)
	}
	if rows := w.count(`SELECT count(*) FROM keys.erased`); rows != 1 {
		t.Errorf("%d persons were erased", rows)
	}
	if err := w.onRoom(room, 2, guest.Forgotten{Guest: id}); err != nil {
		t.Errorf("a person who was erased is erased again: %v", err)
	}
}

// A restored backup brings back the key of an erased person. When the erasure is repeated, it
// deletes the key again.
func TestAPersonWhoIsNotTheStreamIsErasedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.execute(roomForgets)
	id, own := w.register(unique, "zaphod@example.com")
	w.register("Ford", "ford@example.com")
	w.execute(`CREATE TABLE backup AS SELECT person_id, wrapped, created_at FROM keys.persons`)
	if err := w.onRoom(uuid.New(), event.NoStream, guest.Forgotten{Guest: id}); err != nil {
		t.Fatal(err)
	}
	w.execute(`DELETE FROM keys.erased; DELETE FROM erasures; INSERT INTO keys.persons (person_id, wrapped, created_at) SELECT person_id, wrapped, created_at FROM backup ON CONFLICT DO NOTHING`)
	if text, err := reveal(t.Context(), w.newKeys(), id, own); err != nil || text != unique {
		t.Fatalf("the key is not back: read %q, %v", text, err)
	}
	if count, err := erasure.Again(t.Context(), w.owner, []string{guest.Forgotten{}.EventType()}); err != nil || count != 1 {
		t.Errorf("%d keys were destroyed, %v", count, err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, own); !errors.Is(err, personal.ErrErased) {
		t.Errorf("read %q, %v", text, err)
	}
}
