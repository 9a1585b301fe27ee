package plan

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// checkErasure checks an event that erases a person. The database destroys the key of the person
// that the event's JSON names (SQL function keys.erased_by). If the event's method Erased returns
// another person, checkErasure returns an error.
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
