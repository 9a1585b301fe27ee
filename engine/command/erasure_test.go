package command_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// naming and misnaming are events that erase a person whose id is not the stream's id. The database
// looks for the person in the JSON field "erases" of the event. The event naming has this field, so
// the database finds the person. The event misnaming has the person in a field with another name,
// so the database does not find the person.
type (
	naming struct {
		Person uuid.UUID `json:"erases"`
	}
	misnaming struct {
		Person uuid.UUID `json:"person"`
	}
)

func (naming) EventType() string     { return "naming" }
func (misnaming) EventType() string  { return "misnaming" }
func (naming) SchemaVersion() int    { return 1 }
func (misnaming) SchemaVersion() int { return 1 }

func (e naming) Erased(uuid.UUID) uuid.UUID    { return e.Person }
func (e misnaming) Erased(uuid.UUID) uuid.UUID { return e.Person }

// The database destroys the key of the person that the JSON of an event names. If the event's
// method Erased returns another person, the event is not appended.
func TestAnErasureSaysTheSameInGoAndInSQL(t *testing.T) {
	t.Parallel()
	stream, person := uuid.New(), uuid.New()
	decide := func(_ int, e event.Event) ([]event.Event, error) { return []event.Event{e}, nil }
	for _, tc := range []struct {
		e  event.Event
		ok bool
	}{{naming{person}, true}, {naming{stream}, true}, {misnaming{stream}, true}, {misnaming{person}, false}, {counted{}, true}} {
		h := command.NewHandler(silent{}, "order", decide, func(n int, _ event.Event) int { return n })
		_, err := h.Handle(t.Context(), stream, tc.e, command.Request{NewStream: true})
		if tc.ok != (err == nil) || !tc.ok && !strings.Contains(err.Error(), `the name "erases"`) {
			t.Errorf("%T: got %v", tc.e, err)
		}
	}
}
