package read

import (
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/transfers"
)

// Projector receives the projections of the service. A Projector may run the projections, or only
// count them.
type Projector = projection.Adder

// AddTo adds all projections of the service to a projector.
func AddTo(projector Projector) {
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	projector.Add(customers.Name, projection.Each(customers.Apply), customers.Tables...)
	projector.Add(statements.Name, statements.Apply, statements.Tables...)
	projector.Add(transfers.Name, projection.Each(transfers.Apply), transfers.Tables...)
	// Every projection has a line above.
}
