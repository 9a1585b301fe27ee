package event_test

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Joined is a PersonalEvent: its stream belongs to a person, and Name is that person's name.
type Joined struct {
	Name event.Personal `json:"name"`
}

// EventType implements event.Event.
func (Joined) EventType() string { return "member.joined" }

// SchemaVersion implements event.Event.
func (Joined) SchemaVersion() int { return 1 }

// Person implements event.PersonalEvent: it returns the person whose key encrypts the name.
func (Joined) Person(stream uuid.UUID) uuid.UUID { return stream }

// EachPersonal implements event.PersonalEvent: it calls do for each personal field, with the
// field's stored name.
func (e Joined) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(event.Field{Name: "name"}, &e.Name)
	return e
}

// Printing an event does not show its personal field, and the event can't be stored before the
// field is encrypted. The event log calls engine/personal to encrypt personal fields.
// Example_personalField of engine/test/personal also shows how the field is stored and decrypted.
func ExamplePersonal() {
	joined := Joined{Name: event.Private("Zaphod")}
	fmt.Printf("printed: %+v\n", joined)
	_, err := json.Marshal(joined)
	fmt.Println("stored in clear:", err == nil)

	encrypted := joined.EachPersonal(func(field event.Field, value *event.Personal) {
		*value = event.NewEncrypted(1, "ciphertext-of-"+field.Name) // personal.Keys.Encrypt does this
	})
	stored, err := json.Marshal(encrypted)
	fmt.Println("stored:", string(stored), err)
	// Output:
	// printed: {Name:(personal)}
	// stored in clear: false
	// stored: {"name":"encrypted.1.1.ciphertext-of-name"} <nil>
}
