package event

import (
	"encoding/json"
	"fmt"
)

// DecodeJSON decodes data of the current schema version. An older version gets a
// function of its own that lifts it to the current shape, to Several where that is more than
// one, or to Nothing. docs/how-to/change-the-shape-of-an-event.md shows both.
func DecodeJSON[E Event](eventType string, schemaVersion int, data []byte) (Event, error) {
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
