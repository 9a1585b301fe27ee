//go:build linux

package history

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Total is the sum of all balances, and its position.
type Total struct{ At, Sum int64 }

// Published is a message in the broker's stream.
type Published struct {
	Id, Account uuid.UUID
	Text        sample.Digest
}

// Models holds the read tables at the end.
type Models struct {
	Balances   map[uuid.UUID]Balance
	Statements map[uuid.UUID]Statement
	Parked     int64
	Owners     map[uuid.UUID]sample.Digest // of accounts, in balances
	References map[Place]sample.Digest     // of lines whose text is long
	Customers  map[uuid.UUID]Customer
}

// Customer is a customer's row. Personal data in it is encrypted, as in the log.
type Customer struct {
	Status    string
	Version   int64
	Encrypted sample.Digest
}

type Balance struct {
	Amount, Version int64
	Status          string
}

// Statement holds how many lines an account has, their signed sum, and what the last line says.
type Statement struct{ Lines, Sum, Last int64 }

// Place is the place of a line in a statement.
type Place struct {
	Account uuid.UUID
	Version int64
}
