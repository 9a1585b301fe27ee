package write

import (
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/customer"
	"example.com/pgcqrs/internal/write/transfer"
)

// Accounts is the aggregate of package account.
var Accounts = command.NewAggregate("account", account.Decide, account.Evolve)

// Customers is the aggregate of package customer.
var Customers = command.NewAggregate("customer", customer.Decide, customer.Evolve)

// Transfers is the aggregate of package transfer.
var Transfers = command.NewAggregate("transfer", transfer.Decide, transfer.Evolve)

// Folds lists the aggregates whose states the projector stores as snapshots.
var Folds = []snapshots.Aggregate{
	// An aggregate whose streams may get long has a line here.
	Accounts.Fold(),
	Customers.Fold(),
	Transfers.Fold(),
}

// Handler is the part of a command.Handler that does not depend on the types of its aggregate.
type Handler = command.Any
