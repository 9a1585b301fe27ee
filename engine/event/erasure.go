package event

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
)

// CheckErasure compares two sources for the person that the erasure event e erases: the method
// Erased, and the JSON of the event in the parameter data. If the two persons differ, CheckErasure
// returns an error. The database destroys the key of the person in the JSON (SQL function
// keys.erased_by). If the JSON has a field with the exact name "erases", this field names the
// person. Otherwise the database destroys the key of the person with the stream's id.
func CheckErasure(stream uuid.UUID, e Erasure, data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return fmt.Errorf("decode %s: %w", e.EventType(), err)
	}
	stored := &stream
	if field, named := fields["erases"]; named {
		var person *uuid.UUID
		if err := json.Unmarshal(field, &person); err != nil {
			return fmt.Errorf("decode erases of %s: %w", e.EventType(), err)
		}
		if person != nil {
			stored = person
		}
	}
	if said := e.Erased(stream); said != *stored {
		return fmt.Errorf("%s erases person %s, and its JSON says %s: give the field with the person's id the name \"erases\"", e.EventType(), said, *stored)
	}
	return nil
}
