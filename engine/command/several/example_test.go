package several_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
)

// Moved is an event of both streams: seats of a show were moved from another show, or to it.
type Moved struct {
	Seats int `json:"seats"`
}

// EventType implements event.Event. The name is stored with each event and must never change.
func (Moved) EventType() string { return "show.moved" }

// SchemaVersion implements event.Event.
func (Moved) SchemaVersion() int { return 1 }

// Shows has the free seats of two shows.
type Shows struct{ From, To int }

// decideMove returns the events of both shows, or a rejection. decideMove reads no clock and no
// database.
func decideMove(shows Shows, seats int) ([][]event.Event, error) {
	if seats > shows.To {
		return nil, &event.Rejection{Code: "sold_out", Detail: fmt.Sprintf("there are %d seats left", shows.To)}
	}
	return [][]event.Event{{Moved{seats}}, {Moved{-seats}}}, nil
}

// A command moves a reservation from one show to another: both shows change, or none. This example
// uses a log in memory; a service uses an eventlog.Store. The Handler of the single streams decides
// the other commands on a show.
func ExampleHandler() {
	log := newMemory()
	evolve := func(free int, happened event.Event) int {
		if moved, ok := happened.(Moved); ok {
			free += moved.Seats
		}
		return free
	}
	decide := func(_ int, free int) ([]event.Event, error) { return []event.Event{Moved{free}}, nil }
	shows := command.NewHandler(log, "show", decide, evolve)
	moves := several.NewHandler(log, decideMove)

	matinee, evening := uuid.New(), uuid.New()
	if _, err := shows.Handle(context.Background(), evening, 10, command.Request{}); err != nil {
		fmt.Println("failed:", err)
	}
	for _, seats := range []int{8, 3} {
		result, err := moves.Handle(context.Background(), func(s *Shows) []several.Stream {
			return []several.Stream{several.Into(shows, matinee, &s.From), several.Into(shows, evening, &s.To)}
		}, seats, command.Request{})
		if rejection, refused := errors.AsType[*event.Rejection](err); refused {
			fmt.Println("refused:", rejection)
			continue
		}
		fmt.Println("version", result.Version, "position", result.Position, err)
	}
	// Output:
	// version 1 position 3 <nil>
	// refused: sold_out: there are 2 seats left
}
