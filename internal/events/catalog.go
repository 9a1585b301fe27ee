package events

import (
	"encoding/json"
	"fmt"
)

// Catalog lists every stored event type once.
var Catalog = map[string]Decode{
	// A new event needs a line here, and a golden file in testdata.
	AccountOpened{}.EventType():  decodeJSON[AccountOpened],
	MoneyDeposited{}.EventType(): decodeJSON[MoneyDeposited],
	MoneyWithdrawn{}.EventType(): decodeJSON[MoneyWithdrawn],
	AccountClosed{}.EventType():  decodeJSON[AccountClosed],

	CustomerRegistered{}.EventType():     decodeJSON[CustomerRegistered],
	CustomerContactChanged{}.EventType(): decodeJSON[CustomerContactChanged],
	CustomerErased{}.EventType():         decodeJSON[CustomerErased],
}

// Erasing lists the types of every Erasure.
var Erasing = []string{
	CustomerErased{}.EventType(),
}

// DecodeEvent is the Decode of the Catalog. It fails with ErrUnknownEvent on a type that is not
// listed and on a schema version newer than this program's.
func DecodeEvent(eventType string, schemaVersion int, data []byte) (Event, error) {
	decode, ok := Catalog[eventType]
	if !ok {
		return nil, fmt.Errorf("%w: type %q is not in the catalog", ErrUnknownEvent, eventType)
	}
	return decode(eventType, schemaVersion, data)
}

// decodeJSON decodes data of the current schema version. An older version gets a
// function of its own that lifts it to the current shape, to Several where that is more than
// one, or to Nothing. docs/how-to/change-the-shape-of-an-event.md shows both.
func decodeJSON[E Event](eventType string, schemaVersion int, data []byte) (Event, error) {
	var e E
	if schemaVersion != e.SchemaVersion() {
		return nil, fmt.Errorf("%w: %s has schema version %d, this program knows %d",
			ErrUnknownEvent, eventType, schemaVersion, e.SchemaVersion())
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("decode %s: %w", eventType, err)
	}
	return e, nil
}
