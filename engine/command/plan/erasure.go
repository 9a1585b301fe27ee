package plan

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// checkErasure returns an error if an event is an erasure and its method Erased returns another
// person than the event's JSON names. The database destroys the key of the person in the JSON
// (SQL function keys.erased_by).
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
