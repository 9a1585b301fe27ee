package events_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// What is stored is read or refused, and what is read can be stored and published.
func FuzzDecodeEvent(f *testing.F) {
	for eventType := range events.Catalog {
		f.Add(eventType, 1, []byte(`{"owner":"Ada","currency":"EUR","amount":1,"reference":"r"}`))
		f.Add(eventType, 2, []byte(`{}`))
	}
	f.Add("account.money_deposited", 1, []byte(`{"amount":1e3}`))
	f.Add("", 0, []byte(`null`))
	f.Fuzz(func(t *testing.T, eventType string, schemaVersion int, data []byte) {
		event, err := events.DecodeEvent(eventType, schemaVersion, data)
		if err != nil {
			return
		}
		if event.EventType() != eventType || event.SchemaVersion() != schemaVersion {
			t.Fatalf("%s in version %d is read as %s in version %d", eventType, schemaVersion, event.EventType(), event.SchemaVersion())
		}
		stored, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		again, err := events.DecodeEvent(eventType, schemaVersion, stored)
		if diff := cmp.Diff(event, again); err != nil || diff != "" {
			t.Fatalf("%v, %s", err, diff)
		}
		if message, ok := events.PublicMessage(uuid.UUID{1}, event); ok && message.Type == "" {
			t.Fatalf("the message of %s has no type", eventType)
		} else if _, err := json.Marshal(message.Data); err != nil {
			t.Fatal(err)
		}
	})
}
