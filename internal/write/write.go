// Package write lists the service's aggregates, each of which has a folder here with its Decide and its Evolve. What
// loads a stream, asks them and appends is engine/command.
package write

import (
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/customer"
)

// Every aggregate has a line here, with the type that its streams are stored under. cmd/api wires each of them.
var (
	Accounts  = command.NewAggregate("account", account.Decide, account.Evolve)
	Customers = command.NewAggregate("customer", customer.Decide, customer.Evolve)
)

// Folds make the states that the projector takes snapshots of.
var Folds = []snapshots.Aggregate{
	// An aggregate whose streams may get long has a line here.
	Accounts.Fold(),
	Customers.Fold(),
}

// Handler is an aggregate's command.Handler, whatever its state and its commands are.
type Handler interface {
	Observe(e event.Recorded)
	CheckEvolve(all []func() event.Event) error
	UseSnapshots(find command.FindSnapshot)
}
