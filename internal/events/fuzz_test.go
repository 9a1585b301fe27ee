package events_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Stored data is either decoded or rejected with an error. A decoded event can be stored and
// published in today's form.
func FuzzDecodeEvent(f *testing.F) {
	for eventType := range events.Catalog {
		f.Add(eventType, 1, []byte(`{"owner":"Ada","currency":"EUR","amount":1,"reference":"r"}`))
		f.Add(eventType, 2, []byte(`{}`))
	}
	f.Add("account.money_deposited", 1, []byte(`{"amount":1e3}`))
	f.Add("", 0, []byte(`null`))
	f.Fuzz(func(t *testing.T, eventType string, schemaVersion int, data []byte) {
		e, err := events.DecodeEvent(eventType, schemaVersion, data)
		if err != nil {
			return
		}
		for _, part := range (event.Recorded{Event: e}).Parts() {
			if part.Event != (event.Dropped{}) {
				storeAndPublish(t, part.Event)
			}
		}
	})
}

// everyField makes a comparison of two values include unexported fields.
var everyField = cmp.Exporter(func(reflect.Type) bool { return true })

func storeAndPublish(t *testing.T, e event.Event) {
	t.Helper()
	stored, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := events.DecodeEvent(e.EventType(), e.SchemaVersion(), stored)
	if diff := cmp.Diff(e, again, cmpopts.EquateEmpty(), everyField); err != nil || diff != "" {
		t.Fatalf("%v, %s", err, diff)
	}
	message, ok := event.PublicMessage(uuid.UUID{1}, e)
	if ok && message.Type == "" {
		t.Fatalf("the message of %s has no type", e.EventType())
	}
	if _, err := json.Marshal(message.Data); err != nil {
		t.Fatal(err)
	}
}
