//go:build linux

package history

import (
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Event is a row of the log.
type Event struct {
	Position  int64
	Account   uuid.UUID // or customer
	Version   int64
	Id        uuid.UUID
	Kind      string
	Amount    int64
	Key       uuid.UUID
	Recorded  int64 // microseconds of Unix time, by the database's clock
	Text      sample.Digest
	Encrypted sample.Digest // a customer's name and address, as they are stored
}

// Delta returns what an event adds to the account's balance.
func (e Event) Delta() int64 {
	switch e.Kind {
	case sample.Deposited:
		return e.Amount
	case sample.Withdrawn:
		return -e.Amount
	}
	return 0
}

// ContactAfter returns the key of the contact that a customer has after some events, and whether
// there is one: there is none before the registration, and none after the erasure.
func ContactAfter(stream []Event) (key uuid.UUID, ok bool) {
	for _, e := range slices.Backward(stream) {
		switch e.Kind {
		case sample.Erased:
			return uuid.Nil, false
		case sample.Registered, sample.Changed:
			return e.Key, true
		}
	}
	return uuid.Nil, false
}

// IsErased reports whether one of the events erases the person.
func IsErased(stream []Event) bool {
	return slices.ContainsFunc(stream, func(e Event) bool { return e.Kind == sample.Erased })
}
