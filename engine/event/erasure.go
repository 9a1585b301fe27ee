package event

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
)

// CheckErasure returns an error if the erasure event e names one person in Go (Erased) and
// another one in its JSON, data. The database destroys the key of the person in the JSON: the
// person in the field with the exact name "erases", or, if the JSON has no such field, the
// person with the stream's id (SQL function keys.erased_by).
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
