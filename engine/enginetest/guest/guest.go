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
	// Registered is the first event in the stream of a guest. It is the only event that is also
	// published to other services.
	Registered struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	// ContactChanged gives a guest a new name and a new address.
	ContactChanged struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	// Seen is an event in the stream of a room. It contains the name of a guest.
	Seen struct {
		Of   uuid.UUID      `json:"of"`
		Name event.Personal `json:"name"`
	}
	// Forgotten is an event in the stream of a room. It erases a guest.
	Forgotten struct {
		Guest uuid.UUID `json:"erases"`
	}
	// Listed is an event in the stream of a guest or of a room. It gives a guest an address that no
	// other guest of the hotel has.
	Listed struct {
		Of    uuid.UUID      `json:"of"`
		Hotel string         `json:"hotel"`
		Email event.Personal `json:"email"`
	}
	// Erased is an event in the stream of a guest. It erases this guest.
	Erased struct{}
	// Noted is an event that may be appended to the stream of a guest even after the erasure.
	Noted struct{}
)

func (Registered) EventType() string     { return "guest.registered" }
func (ContactChanged) EventType() string { return "guest.contact_changed" }
func (Seen) EventType() string           { return "guest.seen" }
func (Forgotten) EventType() string      { return "room.guest_forgotten" }
func (Listed) EventType() string         { return "guest.listed" }
func (Erased) EventType() string         { return "guest.erased" }
func (Noted) EventType() string          { return "guest.noted" }

func (Registered) SchemaVersion() int     { return 1 }
func (ContactChanged) SchemaVersion() int { return 1 }
func (Seen) SchemaVersion() int           { return 1 }
func (Forgotten) SchemaVersion() int      { return 1 }
func (Listed) SchemaVersion() int         { return 1 }
func (Erased) SchemaVersion() int         { return 1 }
func (Noted) SchemaVersion() int          { return 1 }

// Person implements event.PersonalEvent.
func (Registered) Person(stream uuid.UUID) uuid.UUID { return stream }

// Person implements event.PersonalEvent.
func (ContactChanged) Person(stream uuid.UUID) uuid.UUID { return stream }

// Person implements event.PersonalEvent.
func (e Seen) Person(uuid.UUID) uuid.UUID { return e.Of }

// Person implements event.PersonalEvent.
func (e Listed) Person(uuid.UUID) uuid.UUID { return e.Of }

// Tags implements event.Tagged: the tag says which hotel lists the guest.
func (e Listed) Tags() []string { return []string{"hotel:" + e.Hotel} }

// Unique implements event.UniqueEvent.
func (e Listed) Unique() []event.Unique {
	return []event.Unique{{Field: Email, Scope: e.Hotel, Taken: event.Rejection{Code: "email_taken", Detail: "another guest of the hotel has this address"}}}
}

// Message implements event.PublicEvent. The message says that a guest was registered, and contains
// no personal data.
func (Registered) Message(stream uuid.UUID) event.Message {
	return event.Message{Type: "com.example.guest.Registered.v1", Data: map[string]string{"guest": stream.String()}}
}

// Erased implements event.Erasure.
func (Erased) Erased(stream uuid.UUID) uuid.UUID { return stream }

// Erased implements event.Erasure.
func (e Forgotten) Erased(uuid.UUID) uuid.UUID { return e.Guest }

// The variables Name and Email are the personal fields of the guests' events. A guest can be found
// by the field Email.
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
func (e Listed) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(Email, &e.Email)
	return e
}

// EachPersonal implements event.PersonalEvent.
func (e Seen) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(Name, &e.Name)
	return e
}

// Forgets is SQL that creates a trigger. When a guest is erased, the trigger deletes the guest's
// key. A service with personal data has such a statement in a migration.
const Forgets = `CREATE TRIGGER forget_guest AFTER INSERT ON events
	FOR EACH ROW WHEN (NEW.type = 'guest.erased') EXECUTE FUNCTION keys.erase_person('guest')`

// State is the state of a guest. It contains the name in encrypted form, like the log.
type State struct{ Name event.Personal }

// Evolve returns the state of a guest after an event.
func Evolve(s State, happened event.Event) State {
	switch e := happened.(type) {
	case Registered:
		s.Name = e.Name
	case ContactChanged:
		s.Name = e.Name
	}
	return s
}

// Decode decodes the events of guests. It implements event.Decode.
func Decode(eventType string, _ int, data []byte) (event.Event, error) {
	switch eventType {
	case Registered{}.EventType():
		return decoded[Registered](data)
	case ContactChanged{}.EventType():
		return decoded[ContactChanged](data)
	case Seen{}.EventType():
		return decoded[Seen](data)
	case Listed{}.EventType():
		return decoded[Listed](data)
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
