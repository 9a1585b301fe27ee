package events_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

var update = flag.Bool("update", false, "write new golden files; never change one that has been in production")

// samples has one of every event in the catalog, with every field set.
var samples = []events.Event{
	events.AccountOpened{Owner: "Ada Lovelace", Currency: "EUR", Subject: "auth0|ada", CustomerID: uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")},
	events.MoneyDeposited{Amount: 1000, Reference: "salary"},
	events.MoneyWithdrawn{Amount: 250, Reference: "rent"},
	events.AccountClosed{},
	events.CustomerRegistered{Subject: "auth0|ada", Name: events.AsSealed("sealed.1.1.bmFtZQ"), Email: events.AsSealed("sealed.1.1.ZW1haWw")},
	events.CustomerContactChanged{Name: events.AsSealed("sealed.1.2.bmFtZQ"), Email: events.AsSealed("sealed.1.2.ZW1haWw")},
	events.CustomerErased{},
}

// What is stored today must be readable for ever, and what was stored must still be.
func TestStoredEventsAreFrozen(t *testing.T) {
	t.Parallel()
	sampled := make(map[string]bool)
	for _, event := range samples {
		sampled[event.EventType()] = true
		t.Run(event.EventType(), func(t *testing.T) {
			t.Parallel()
			golden := compareGolden(t, fmt.Sprintf("%s.%d.json", event.EventType(), event.SchemaVersion()), event)
			decoded, err := events.DecodeEvent(event.EventType(), event.SchemaVersion(), golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(event, decoded); diff != "" {
				t.Errorf("golden file decodes to something else (-want +got):\n%s", diff)
			}
		})
	}
	for eventType := range events.Catalog {
		if !sampled[eventType] {
			t.Errorf("event type %s has no sample in this test and no golden file", eventType)
		}
	}
}

// Every shape that was ever stored can still be read, whatever the types are called and
// look like today: its file stays when a newer version gets one. One from before the
// version got another optional field is called TYPE.N-without-FIELD.json.
func TestEveryShapeThatWasStored(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.[0-9]*.json")
	if err != nil || len(files) < len(samples) {
		t.Fatalf("%d golden files: %v", len(files), err)
	}
	for _, file := range files {
		stored := regexp.MustCompile(`^(.+)\.(\d+)(?:-[a-z-]+)?\.json$`).FindStringSubmatch(filepath.Base(file))
		version, err := strconv.Atoi(stored[2])
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := events.DecodeEvent(stored[1], version, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// Other teams parse these.
func TestMessagesAreFrozen(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("0190d0e0-0000-7000-8000-000000000001")
	for _, event := range samples {
		t.Run(event.EventType(), func(t *testing.T) {
			t.Parallel()
			message, ok := events.PublicMessage(id, event)
			if !ok {
				t.Fatal("no message for this event")
			}
			compareGolden(t, "message_"+event.EventType()+".json", message)
		})
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		eventType string
		version   int
		data      string
	}{
		"unknown type":         {"account.renamed", 1, `{}`},
		"newer schema version": {"account.opened", 2, `{}`},
		"data that is no JSON": {"account.opened", 1, `{`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if event, err := events.DecodeEvent(tc.eventType, tc.version, []byte(tc.data)); err == nil {
				t.Errorf("decoded to %#v", event)
			}
		})
	}
}

func compareGolden(t *testing.T, name string, value any) []byte {
	t.Helper()
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	encoded = append(encoded, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, encoded, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: go test ./internal/events -update writes it", err)
	}
	if !bytes.Equal(golden, encoded) {
		t.Errorf("%s (-golden +now):\n%s", path, cmp.Diff(string(golden), string(encoded)))
	}
	return golden
}
