package privacy_test

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// guest is the type of the streams that personal data is tried on, for tests alone: they stay
// when the sample goes.
const guest = "guest"

type (
	guestRegistered struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	guestContactChanged struct {
		Name  event.Personal `json:"name"`
		Email event.Personal `json:"email"`
	}
	guestSeen struct { // of a stream that is not the person's
		Of   uuid.UUID      `json:"of"`
		Name event.Personal `json:"name"`
	}
	guestErased struct{}
	guestNoted  struct{} // what may still happen to one who was erased
)

func (guestRegistered) EventType() string     { return "guest.registered" }
func (guestContactChanged) EventType() string { return "guest.contact_changed" }
func (guestSeen) EventType() string           { return "guest.seen" }
func (guestErased) EventType() string         { return "guest.erased" }
func (guestNoted) EventType() string          { return "guest.noted" }

func (guestRegistered) SchemaVersion() int     { return 1 }
func (guestContactChanged) SchemaVersion() int { return 1 }
func (guestSeen) SchemaVersion() int           { return 1 }
func (guestErased) SchemaVersion() int         { return 1 }
func (guestNoted) SchemaVersion() int          { return 1 }

func (guestRegistered) Person(stream uuid.UUID) uuid.UUID     { return stream }
func (guestContactChanged) Person(stream uuid.UUID) uuid.UUID { return stream }
func (e guestSeen) Person(uuid.UUID) uuid.UUID                { return e.Of }

// Message implements event.PublicEvent: others hear that somebody came, and of nothing personal.
func (guestRegistered) Message(stream uuid.UUID) event.Message {
	return event.Message{Type: "com.example.guest.Registered.v1", Data: map[string]string{"guest": stream.String()}}
}

func (guestErased) Erased(stream uuid.UUID) uuid.UUID { return stream }

var (
	guestName  = event.Field{Name: "name"}
	guestEmail = event.Field{Name: "email", Findable: true}
)

// EachPersonal implements event.PersonalEvent.
func (e guestRegistered) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(guestName, &e.Name)
	do(guestEmail, &e.Email)
	return e
}

// EachPersonal implements event.PersonalEvent.
func (e guestContactChanged) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(guestName, &e.Name)
	do(guestEmail, &e.Email)
	return e
}

// EachPersonal implements event.PersonalEvent.
func (e guestSeen) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(guestName, &e.Name)
	return e
}

// forgets is what the migration of an aggregate with personal data has.
const forgets = `CREATE TRIGGER forget_guest AFTER INSERT ON events
	FOR EACH ROW WHEN (NEW.type = 'guest.erased') EXECUTE FUNCTION keys.erase_person('guest')`

// decodeGuest implements event.Decode.
func decodeGuest(eventType string, _ int, data []byte) (event.Event, error) {
	switch eventType {
	case guestRegistered{}.EventType():
		return decoded[guestRegistered](data)
	case guestContactChanged{}.EventType():
		return decoded[guestContactChanged](data)
	case guestSeen{}.EventType():
		return decoded[guestSeen](data)
	case guestErased{}.EventType():
		return guestErased{}, nil
	case guestNoted{}.EventType():
		return guestNoted{}, nil
	}
	return nil, fmt.Errorf("decode event: a guest has no %q", eventType)
}

func decoded[E event.Event](data []byte) (event.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}
