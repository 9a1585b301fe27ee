package event_test

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Joined is an event with the name of the person whose stream it is in: event.PersonalEvent.
type Joined struct {
	Name event.Personal `json:"name"`
}

// EventType implements event.Event.
func (Joined) EventType() string { return "member.joined" }

// SchemaVersion implements event.Event.
func (Joined) SchemaVersion() int { return 1 }

// Person implements event.PersonalEvent: whose key encrypts the name.
func (Joined) Person(stream uuid.UUID) uuid.UUID { return stream }

// EachPersonal implements event.PersonalEvent: it lists the personal fields, by their stored names.
func (e Joined) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(event.Field{Name: "name"}, &e.Name)
	return e
}

// A personal field prints nothing of what it holds, and is not stored before it is encrypted, which
// the log has engine/personal do. Example_personalField of engine/test/personal goes on from here.
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
