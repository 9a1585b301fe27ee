package command_test

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
)

// Reserved is an event: somebody has reserved seats of a show.
type Reserved struct {
	Seats int `json:"seats"`
}

// EventType implements event.Event. The name is stored with each event and must never change.
func (Reserved) EventType() string { return "show.reserved" }

// SchemaVersion implements event.Event.
func (Reserved) SchemaVersion() int { return 1 }

// Reserve is a command: reserve seats of a show.
type Reserve struct{ Seats int }

// Show is the state of a stream. The state has only the data that decideShow needs.
type Show struct{ Taken int }

// decideShow returns the events that a command causes, or a rejection. A show has 100 seats.
// decideShow reads no clock and no database.
func decideShow(show Show, reserve Reserve) ([]event.Event, error) {
	if free := 100 - show.Taken; reserve.Seats > free {
		return nil, &event.Rejection{Code: "sold_out", Detail: fmt.Sprintf("there are %d seats left", free)}
	}
	return []event.Event{Reserved(reserve)}, nil
}

// evolveShow returns the state after an event. evolveShow can't fail, because the event has
// happened.
func evolveShow(show Show, happened event.Event) Show {
	if reserved, ok := happened.(Reserved); ok {
		show.Taken += reserved.Seats
	}
	return show
}

// A decider consists of two pure functions, here decideShow and evolveShow. A service tests its
// deciders without a database: each test case lists given events, a command and the expected events
// (spec.NewDecider of enginetest/spec).
func ExampleDecide() {
	var show Show
	for _, seats := range []int{60, 50, 40} {
		events, err := decideShow(show, Reserve{seats})
		for _, e := range events {
			show = evolveShow(show, e)
		}
		fmt.Println(seats, "seats:", events, err)
	}
	fmt.Println("taken:", show.Taken)
	// Output:
	// 60 seats: [{60}] <nil>
	// 50 seats: [] sold_out: there are 40 seats left
	// 40 seats: [{40}] <nil>
	// taken: 100
}
