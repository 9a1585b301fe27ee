package event_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// left is an event that erases a person.
type left struct{ person uuid.UUID }

func (left) EventType() string { return "left" }

func (left) SchemaVersion() int { return 1 }

func (l left) Erased(uuid.UUID) uuid.UUID { return l.person }

// The database looks for the person in the field with the exact name "erases". If an event spells
// the name differently, the database does not destroy the person's key.
func TestAnErasureSaysWhomItsJSONSays(t *testing.T) {
	t.Parallel()
	stream, guest := uuid.New(), uuid.New()
	for data, want := range map[string]uuid.UUID{
		`{}`:                                        stream,
		`{"erases":null}`:                           stream,
		`{"erases":"` + guest.String() + `"}`:       guest,
		`{"Erases":"` + guest.String() + `"}`:       stream,
		`{"guest":"` + guest.String() + `"}`:        stream,
		`{"erases":"` + stream.String() + `"}`:      stream,
		`{"x":{"erases":"` + guest.String() + `"}}`: stream,
	} {
		for _, said := range []uuid.UUID{stream, guest} {
			if err := event.CheckErasure(stream, left{said}, []byte(data)); (err == nil) != (said == want) {
				t.Errorf("%s, which is said to erase %s: %v", data, said, err)
			}
		}
	}
	for _, data := range []string{`[]`, `{"erases":7}`, `{"erases":"nobody"}`} {
		if err := event.CheckErasure(stream, left{stream}, []byte(data)); err == nil {
			t.Errorf("%s is taken", data)
		}
	}
}
