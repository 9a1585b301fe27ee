// Package read lists the service's projections, each of which has a folder here with its table, the Apply that keeps the
// table, and the Queries that answer from it. What follows the log and runs them is engine/projection.
package read

import (
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
)

// Projector is told of each projection: the one that runs them, or whoever counts them.
type Projector = projection.Adder

// AddTo adds every projection to a projector.
func AddTo(projector Projector) {
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	projector.Add(customers.Name, projection.Each(customers.Apply), customers.Tables...)
	projector.Add(statements.Name, statements.Apply, statements.Tables...)
	// Every projection has a line above.
}
