package plan

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// checkErasure fails if the database would destroy another person's key than the event says: the
// database goes by the stored event, as keys.erased_by does.
func checkErasure(stream uuid.UUID, e event.Event) error {
	erasure, ok := e.(event.Erasure)
	if !ok {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode %s: %w", e.EventType(), err)
	}
	return event.CheckErasure(stream, erasure, data)
}
