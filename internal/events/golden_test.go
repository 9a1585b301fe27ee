package events_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// samples returns one event of each type that the service still appends, with the contents of its
// golden file. With the flag -update, samples creates a missing golden file, in which every field
// is set.
func samples(t *testing.T) []event.Event {
	t.Helper()
	writing.Lock()
	defer writing.Unlock()
	var all []event.Event
	for _, eventType := range slices.Sorted(maps.Keys(events.Catalog)) {
		empty := newest(t, eventType)
		if empty.EventType() != eventType { // an old type, whose events decode to another type
			continue
		}
		path := goldenOf(empty)
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && *update {
			write(t, path, encode(t, filled(empty)))
		}
		golden, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v: go test ./internal/events -update writes it", err)
		}
		e, err := events.DecodeEvent(eventType, empty.SchemaVersion(), golden)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

var writing sync.Mutex // locked while a test writes or reads golden files

// newest returns an empty event of the given type, in the newest schema version.
func newest(t *testing.T, eventType string) event.Event {
	t.Helper()
	for version := 99; version > 0; version-- {
		if e, err := events.DecodeEvent(eventType, version, []byte(`{}`)); err == nil {
			return e
		}
	}
	t.Fatalf("%s can't be decoded at any version", eventType)
	return nil
}

func goldenOf(e event.Event) string {
	return filepath.Join("testdata", fmt.Sprintf("%s.%d.json", e.EventType(), e.SchemaVersion()))
}

// The stored form of each event is frozen: if the event of a golden file is decoded and encoded
// again, the result is unchanged. Every field of the event has a value.
func TestStoredEventsAreFrozen(t *testing.T) {
	t.Parallel()
	for _, e := range samples(t) {
		compareGolden(t, goldenOf(e), encode(t, e))
		for _, path := range emptyIn(e) {
			t.Errorf("%s has nothing in %s: set it, or delete the file and run -update. If such events may be stored already, first copy the file to TYPE.N-without-FIELD.json (docs/how-to/change-the-shape-of-an-event.md)", goldenOf(e), path)
		}
	}
}

// Every form in which an event was ever stored can still be decoded, even if the names and fields
// of the Go types have changed. The golden file of an old version is kept when a newer version gets
// a golden file. If an optional field was added without a new version, the golden file of the form
// without the field is called TYPE.N-without-FIELD.json.
func TestEveryShapeThatWasStored(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.[0-9]*.json")
	if err != nil {
		t.Fatal(err)
	}
	lack := maps.Clone(events.Catalog)
	for _, file := range files {
		stored := regexp.MustCompile(`^(.+)\.(\d+)(?:-[a-z0-9_-]+)?\.json$`).FindStringSubmatch(filepath.Base(file))
		if stored == nil {
			t.Errorf("%s: golden files have names like TYPE.N.json and TYPE.N-without-FIELD.json", file)
			continue
		}
		version, err := strconv.Atoi(stored[2])
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		delete(lack, stored[1])
		e, err := events.DecodeEvent(stored[1], version, data)
		if err != nil {
			t.Errorf("%s: %v; delete the file if such an event was never stored, else decode it for ever", file, err)
		}
		if _, erases := e.(event.Erasure); erases != slices.Contains(events.Erasing, stored[1]) {
			t.Errorf("%s is an Erasure: %v, and in Erasing: %v", stored[1], erases, !erases)
		}
	}
	for eventType := range lack {
		t.Errorf("%s is in the catalog, and has no golden file", eventType)
	}
}

// The form of each message is frozen, because other teams parse these messages.
func TestMessagesAreFrozen(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("0190d0e0-0000-7000-8000-000000000001")
	for _, e := range samples(t) {
		path := filepath.Join("testdata", "message_"+e.EventType()+".json")
		message, ok := event.PublicMessage(id, e)
		if !ok {
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%s is not published any more, and %s is there", e.EventType(), path)
			}
			continue
		}
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && *update {
			write(t, path, encode(t, message))
		}
		compareGolden(t, path, encode(t, message))
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
			if e, err := events.DecodeEvent(tc.eventType, tc.version, []byte(tc.data)); err == nil {
				t.Errorf("decoded to %#v", e)
			}
		})
	}
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(encoded, '\n')
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { // git does not store empty folders
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func compareGolden(t *testing.T, path string, encoded []byte) {
	t.Helper()
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: go test ./internal/events -update writes it", err)
	}
	if !bytes.Equal(golden, encoded) {
		t.Errorf("%s (-golden +now):\n%s", path, cmp.Diff(string(golden), string(encoded)))
	}
}
