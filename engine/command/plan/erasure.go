package plan

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// checkErasure fails if the database would destroy another person's key than the event says: it goes by
// what is stored, as keys.erased_by does.
func checkErasure(stream uuid.UUID, e event.Event) error {
	erasure, ok := e.(event.Erasure)
	if !ok {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode %s: %w", e.EventType(), err)
	}
	stored := struct {
		Erases *uuid.UUID `json:"erases"`
	}{}
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("decode %s: %w", e.EventType(), err)
	}
	person := stream
	if stored.Erases != nil {
		person = *stored.Erases
	}
	if said := erasure.Erased(stream); said != person {
		return fmt.Errorf("%s erases person %s, and its JSON says %s: give the field with the person's id the name \"erases\"", e.EventType(), said, person)
	}
	return nil
}
