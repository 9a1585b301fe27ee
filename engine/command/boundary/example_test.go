package boundary_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/fakelog"
	"example.com/pgcqrs/engine/event"
)

// claimed says that somebody has a name.
type claimed struct{ Name string }

func (claimed) EventType() string  { return "name.claimed" }
func (claimed) SchemaVersion() int { return 1 }
func (e claimed) Tags() []string   { return []string{"name:" + e.Name} }

// A stream can claim a name that no stream has claimed before. The decision depends on all events
// with the tag of the name, on whichever streams they are.
func ExampleHandler() {
	names := boundary.NewHandler(fakelog.New(), boundary.Boundary[bool, string]{
		Query:  func(name string) []event.Item { return []event.Item{{Tags: []string{"name:" + name}}} },
		Evolve: func(bool, event.Event) bool { return true },
		Decide: func(taken bool, name string) ([]event.Event, error) {
			if taken {
				return nil, &event.Rejection{Code: "name_taken", Detail: "choose another name"}
			}
			return []event.Event{claimed{name}}, nil
		},
		Stream: func(name string) (string, uuid.UUID) {
			return "name", uuid.NewSHA1(uuid.NameSpaceURL, []byte(name))
		},
	})
	for range 2 {
		_, err := names.Handle(context.Background(), "ada", boundary.Request{})
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// name_taken: choose another name
}
