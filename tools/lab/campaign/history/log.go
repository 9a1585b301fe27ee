//go:build linux

package history

import (
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Event is a row of the table events.
type Event struct {
	Position  int64
	Account   uuid.UUID // id of the account, the customer or the transfer
	Version   int64
	Id        uuid.UUID
	Kind      string
	Subject   string // owner of the stream, only in the stream's first event
	Amount    int64
	Key       uuid.UUID
	Recorded  int64 // Unix time in microseconds, by the database's clock
	Text      sample.Digest
	Encrypted sample.Digest // digest of a customer's name and address as they are stored
	Workflow  bool          // the actor is the workflow of transfers
	Transfer  uuid.UUID     // the transfer that the event belongs to: its stream's, or the movement's of an account
	Refund    bool          // a deposit that gives back what a transfer has taken
	From, To  uuid.UUID     // in a request for a transfer: the two accounts
	Code      string        // in the refusal of a transfer: why
}

// Delta returns the amount by which an event changes the account's balance.
func (e Event) Delta() int64 {
	switch e.Kind {
	case sample.Deposited:
		return e.Amount
	case sample.Withdrawn:
		return -e.Amount
	}
	return 0
}

// ContactAfter returns the contact that a customer has after the given events: the key of the
// command that has set this contact. A customer has no contact before the registration and after
// the erasure: then the result ok is false.
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

// IsErased reports whether one of the events erases the customer.
func IsErased(stream []Event) bool {
	return slices.ContainsFunc(stream, func(e Event) bool { return e.Kind == sample.Erased })
}
