package event

import (
	"encoding/json"
	"fmt"
)

// DecodeJSON decodes data of the current schema version, and fails with ErrUnknownEvent for any
// other version. If an event type has older schema versions, the service must have its own Decode
// function, which converts old events to current ones. For an old event, this function returns an
// event of the current shape. If the old event stands for several current events, the function
// returns a Split. If the old event stands for no current event, the function returns Dropped. See
// docs/how-to/change-the-shape-of-an-event.md for examples.
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
