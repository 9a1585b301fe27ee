package read

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/event"
)

// Both flat and package json can decode metadata, and metadataOf has the same result with both.
func TestMetadataIsDecodedAsPackageJSONDoes(t *testing.T) {
	t.Parallel()
	for text, fast := range map[string]bool{
		`{}`:               true,
		`{"actor": "ada"}`: true,
		`{"actor": "ada", "command_id": "c", "causation_id": "b", "traceparent": "t", "correlation_id": "a"}`: true,
		`{"actor": "ü, \": "}`:                  false,
		`{"actor": "a\"b"}`:                     false,
		`{"actor": "ada", "actor": "bob"}`:      true,
		`{"actor": 7}`:                          false,
		`{"actor": null, "command_id": "c"}`:    false,
		`{"actor":"ada"}`:                       false,
		`{"later": "x", "actor": "ada"}`:        false,
		`{"actor": "ada", "later": {"a": "b"}}`: false,
		`{"actor": "ada"`:                       false,
		`{"actor": "ada`:                        false,
		`{"act`:                                 false,
		`[]`:                                    false,
		`null`:                                  false,
		``:                                      false,
	} {
		var want event.Metadata
		if json.Unmarshal([]byte(text), &want) != nil {
			want = event.Metadata{}
		}
		if got := metadataOf([]byte(text)); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
		if _, ok := flat([]byte(text)); ok != fast {
			t.Errorf("%s: decoded by flat: %t", text, ok)
		}
	}
}

// The function fieldOf knows every field of the metadata: otherwise events with a new field would be
// decoded slowly.
func TestEveryFieldOfMetadataIsKnown(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[event.Metadata]()) {
		var m event.Metadata
		reflect.ValueOf(&m).Elem().FieldByIndex(field.Index).SetString("x")
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		spaced := strings.Replace(string(text), ":", ": ", 1) // as PostgreSQL writes it
		if got, ok := flat([]byte(spaced)); !ok || got != m {
			t.Errorf("%s: got %+v, %t", spaced, got, ok)
		}
	}
}
