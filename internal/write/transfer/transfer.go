// Package transfer decides what happens to a transfer of money between two accounts. A transfer's
// stream records its progress; the two accounts record the movements. Package transfer is pure: it
// uses no clock, no id generator and no database.
//
// In reading order: transfer.go has the state and the commands, decide.go decides the steps that a
// workflow reports, and request.go decides a new transfer.
package transfer

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// State is the state of a transfer.
type State struct {
	Status    Status
	Expired   bool   // whether the transfer expired before it was debited; with the status Debited, the money must go back
	Subject   string // the owner
	From, To  uuid.UUID
	Amount    int64  // in minor units
	Currency  string // ISO 4217 code
	Reference string
}

// Status is the status of a transfer. The zero value means that the transfer was never requested.
type Status int

// These constants are the possible statuses.
const (
	Unrequested Status = iota
	Requested          // no money was moved yet
	Debited            // the account From has paid; the money is in flight
	Completed          // the account To has the money
	NotAccepted        // the account To did not take the money, which must go back
	Refunded           // the account From has its money again
	Refused            // the account From did not pay; no money was moved
	Expired            // the account From did not pay in time; it may still pay or refuse
)

// names has the texts by which a rejection names the statuses.
var names = [...]string{"not requested", "requested", "debited", "completed", "not accepted", "refunded", "refused", "expired"}

// String returns the name of a status.
func (s Status) String() string { return names[s] }

// Command is one of NoteDebited, NoteCompleted, Refuse, NotAccept, NoteRefunded and Expire. A
// workflow sends them, encoded as JSON; no client can send them.
type Command interface{ step() }

type (
	// NoteDebited records that the account From has paid.
	NoteDebited struct{}
	// NoteCompleted records that the account To has the money.
	NoteCompleted struct{}
	// Refuse records that the account From did not pay.
	Refuse struct {
		Code string `json:"code"` // code of the account's rejection
	}
	// NotAccept records that the account To did not take the money. It has no reason: the subject of
	// the transfer must not learn anything about To.
	NotAccept struct{}
	// NoteRefunded records that the account From has its money again.
	NoteRefunded struct{}
	// Expire records that the account From has neither paid nor refused in time.
	Expire struct{}
)

func (NoteDebited) step()   {}
func (NoteCompleted) step() {}
func (Refuse) step()        {}
func (NotAccept) step()     {}
func (NoteRefunded) step()  {}
func (Expire) step()        {}

// Evolve returns the state of a transfer after an event.
func Evolve(s State, e event.Event) State {
	switch e := e.(type) {
	case events.TransferRequested:
		return State{
			Status: Requested, Subject: e.Subject, From: e.From, To: e.To,
			Amount: e.Amount, Currency: e.Currency, Reference: e.Reference,
		}
	case events.TransferDebited:
		s.Status = Debited
	case events.TransferCompleted:
		s.Status = Completed
	case events.TransferNotAccepted:
		s.Status = NotAccepted
	case events.TransferRefunded:
		s.Status = Refunded
	case events.TransferRefused:
		s.Status = Refused
	case events.TransferExpired:
		s.Status, s.Expired = Expired, true
	}
	return s
}
