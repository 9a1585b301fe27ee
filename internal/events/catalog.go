package events

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
)

// Catalog lists every stored event type once.
var Catalog = map[string]event.Decode{
	// A new event needs a line here, and a golden file in testdata.
	AccountOpened{}.EventType():  event.DecodeJSON[AccountOpened],
	MoneyDeposited{}.EventType(): event.DecodeJSON[MoneyDeposited],
	MoneyWithdrawn{}.EventType(): event.DecodeJSON[MoneyWithdrawn],
	AccountClosed{}.EventType():  event.DecodeJSON[AccountClosed],

	TransferRequested{}.EventType():   event.DecodeJSON[TransferRequested],
	TransferDebited{}.EventType():     event.DecodeJSON[TransferDebited],
	TransferCompleted{}.EventType():   event.DecodeJSON[TransferCompleted],
	TransferRefused{}.EventType():     event.DecodeJSON[TransferRefused],
	TransferNotAccepted{}.EventType(): event.DecodeJSON[TransferNotAccepted],
	TransferRefunded{}.EventType():    event.DecodeJSON[TransferRefunded],
	TransferExpired{}.EventType():     event.DecodeJSON[TransferExpired],

	CustomerRegistered{}.EventType():     event.DecodeJSON[CustomerRegistered],
	CustomerContactChanged{}.EventType(): event.DecodeJSON[CustomerContactChanged],
	CustomerErased{}.EventType():         event.DecodeJSON[CustomerErased],
}

// Erasing lists the types of all events that erase a person.
var Erasing = []string{
	CustomerErased{}.EventType(),
}

// DecodeEvent decodes an event of the Catalog. DecodeEvent returns ErrUnknownEvent for a type that
// is not in the Catalog, and for a schema version that is newer than the version that this program
// knows.
func DecodeEvent(eventType string, schemaVersion int, data []byte) (event.Event, error) {
	decode, ok := Catalog[eventType]
	if !ok {
		return nil, fmt.Errorf("%w: type %q is not in the catalog", event.ErrUnknownEvent, eventType)
	}
	return decode(eventType, schemaVersion, data)
}
