package event

import (
	"encoding/json"
	"fmt"
)

// DecodeJSON decodes data of the current schema version. An older version needs a function of its
// own, which returns the event in its current shape, a Split if it stands for several events now,
// or Dropped if it stands for none. docs/how-to/change-the-shape-of-an-event.md shows both.
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
