package event

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
)

// CheckErasure returns an error if two sources disagree about the person that the event e erases.
// The first source is the method Erased. The second source is the JSON of the event, in the
// parameter data. The database reads the person from the JSON (SQL function keys.erased_by), and
// destroys the key of this person. If the JSON has a field with the exact name "erases", the field
// has the person's id. Otherwise the person's id is the id of the stream.
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
