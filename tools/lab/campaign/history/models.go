//go:build linux

package history

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Total is the sum of all balances, with the position of the last event that the sum includes.
type Total struct{ At, Sum int64 }

// Published is a message that the broker has stored.
type Published struct {
	Id, Account uuid.UUID
	Text        sample.Digest
}

// Models holds the rows of the read models at the end of the run.
type Models struct {
	Balances   map[uuid.UUID]Balance
	Statements map[uuid.UUID]Statement
	Parked     int64
	Owners     map[uuid.UUID]sample.Digest // owners of the accounts in the table balances
	References map[Place]sample.Digest     // references of the statement lines with a long text
	Customers  map[uuid.UUID]Customer
	Transfers  map[uuid.UUID]Transfer
	GivenUp    int64 // number of jobs of workflows that were not done, and of instances that are parked
}

// Transfer is a row of the table transfers.
type Transfer struct {
	Subject  string
	From, To uuid.UUID
	Amount   int64
	Currency string
	Text     sample.Digest // digest of the reference
	Status   string
	Code     string
	Version  int64
}

// Customer is a row of the table customers. The personal data in the row are encrypted, with the
// same bytes as in the log.
type Customer struct {
	Status    string
	Version   int64
	Encrypted sample.Digest
}

type Balance struct {
	Amount, Version int64
	Status          string
}

// Statement sums up an account statement: the number of lines, the sum of their signed amounts, and
// the balance in the last line.
type Statement struct{ Lines, Sum, Last int64 }

// Place identifies a line of an account statement by its account and its version.
type Place struct {
	Account uuid.UUID
	Version int64
}
