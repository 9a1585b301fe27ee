package guest

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Stream is the type of the streams of guests.
const Stream = "guest"

type (
	// Registered is the first event of a guest's stream. Registered is the only public event.
	Registered struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	// ContactChanged gives a guest another name and address.
	ContactChanged struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	// Seen contains the name of a guest, on a stream that is not the stream of that guest.
	Seen struct {
		Of   uuid.UUID      `json:"of"`
		Name event.Personal `json:"name"`
	}
	// Forgotten destroys a guest's key, from a stream that is not the stream of that guest.
	Forgotten struct {
		Guest uuid.UUID `json:"erases"`
	}
	// Erased destroys a guest's key.
	Erased struct{}
	// Noted is an event that may still happen to a guest after the erasure.
	Noted struct{}
)

func (Registered) EventType() string     { return "guest.registered" }
func (ContactChanged) EventType() string { return "guest.contact_changed" }
func (Seen) EventType() string           { return "guest.seen" }
func (Forgotten) EventType() string      { return "room.guest_forgotten" }
func (Erased) EventType() string         { return "guest.erased" }
func (Noted) EventType() string          { return "guest.noted" }

func (Registered) SchemaVersion() int     { return 1 }
func (ContactChanged) SchemaVersion() int { return 1 }
func (Seen) SchemaVersion() int           { return 1 }
func (Forgotten) SchemaVersion() int      { return 1 }
func (Erased) SchemaVersion() int         { return 1 }
func (Noted) SchemaVersion() int          { return 1 }

// Person implements event.PersonalEvent.
func (Registered) Person(stream uuid.UUID) uuid.UUID { return stream }

// Person implements event.PersonalEvent.
func (ContactChanged) Person(stream uuid.UUID) uuid.UUID { return stream }

// Person implements event.PersonalEvent.
func (e Seen) Person(uuid.UUID) uuid.UUID { return e.Of }

// Message implements event.PublicEvent. The message says that a guest was registered, and contains
// nothing personal.
func (Registered) Message(stream uuid.UUID) event.Message {
	return event.Message{Type: "com.example.guest.Registered.v1", Data: map[string]string{"guest": stream.String()}}
}

// Erased implements event.Erasure.
func (Erased) Erased(stream uuid.UUID) uuid.UUID { return stream }

// Erased implements event.Erasure.
func (e Forgotten) Erased(uuid.UUID) uuid.UUID { return e.Guest }

// The variables name the personal fields of the events of guests. Guests can be found by Email.
var (
	Name  = event.Field{Name: "name"}
	Email = event.Field{Name: "email", Findable: true}
)

// EachPersonal implements event.PersonalEvent.
func (e Registered) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(Name, &e.Name)
	do(Email, &e.Email)
	return e
}

// EachPersonal implements event.PersonalEvent.
func (e ContactChanged) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(Name, &e.Name)
	do(Email, &e.Email)
	return e
}

// EachPersonal implements event.PersonalEvent.
func (e Seen) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(Name, &e.Name)
	return e
}

// Forgets creates the trigger that destroys a guest's key, as the migration of an aggregate with
// personal data does.
const Forgets = `CREATE TRIGGER forget_guest AFTER INSERT ON events
	FOR EACH ROW WHEN (NEW.type = 'guest.erased') EXECUTE FUNCTION keys.erase_person('guest')`

// State is a guest as the log has it: with an encrypted name.
type State struct{ Name event.Personal }

// Evolve returns the guest after an event.
func Evolve(s State, happened event.Event) State {
	switch e := happened.(type) {
	case Registered:
		s.Name = e.Name
	case ContactChanged:
		s.Name = e.Name
	}
	return s
}

// Decode decodes a guest's events; it is an event.Decode.
func Decode(eventType string, _ int, data []byte) (event.Event, error) {
	switch eventType {
	case Registered{}.EventType():
		return decoded[Registered](data)
	case ContactChanged{}.EventType():
		return decoded[ContactChanged](data)
	case Seen{}.EventType():
		return decoded[Seen](data)
	case Forgotten{}.EventType():
		return decoded[Forgotten](data)
	case Erased{}.EventType():
		return Erased{}, nil
	case Noted{}.EventType():
		return Noted{}, nil
	}
	return nil, fmt.Errorf("decode event: a guest has no %q", eventType)
}

func decoded[E event.Event](data []byte) (event.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}
