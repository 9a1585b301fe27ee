package command_test

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
)

// Reserved is an event: seats of a show were taken.
type Reserved struct {
	Seats int `json:"seats"`
}

// EventType implements event.Event: the name is stored, and never changes.
func (Reserved) EventType() string { return "show.reserved" }

// SchemaVersion implements event.Event.
func (Reserved) SchemaVersion() int { return 1 }

// Reserve is a command: take seats.
type Reserve struct{ Seats int }

// Show is the state: what the decision reads, and no more.
type Show struct{ Taken int }

// decideShow returns the events that a command leads to, or refuses it. It asks no clock and no
// database: a show has 100 seats.
func decideShow(show Show, reserve Reserve) ([]event.Event, error) {
	if free := 100 - show.Taken; reserve.Seats > free {
		return nil, &event.Rejection{Code: "sold_out", Detail: fmt.Sprintf("there are %d seats left", free)}
	}
	return []event.Event{Reserved(reserve)}, nil
}

// evolveShow returns the state after an event. It cannot fail: the event has happened.
func evolveShow(show Show, happened event.Event) Show {
	if reserved, ok := happened.(Reserved); ok {
		show.Taken += reserved.Seats
	}
	return show
}

// A decider is two pure functions. A service tests them as tables of given, when and then, by
// spec.NewDecider of enginetest/spec, without a database.
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
