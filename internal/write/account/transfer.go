package account

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// These commands are the steps of a transfer. A workflow sends them, encoded as JSON; no client can
// send them.
type (
	// Send subtracts Amount minor units for a transfer, if the balance is large enough. The account
	// must belong to the Subject.
	Send struct {
		Transfer  uuid.UUID `json:"transfer"`
		Subject   string    `json:"subject"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
	// Receive adds Amount minor units of a transfer. It has no subject: anybody may pay into an
	// account.
	Receive struct {
		Transfer  uuid.UUID `json:"transfer"`
		Currency  string    `json:"currency"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
	// Refund gives back what Send has subtracted. Every account that was ever opened takes a refund,
	// also an account that was closed meanwhile, and even if its balance then exceeds MaxBalance.
	Refund struct {
		Transfer  uuid.UUID `json:"transfer"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
)

func (c Send) subject() string  { return c.Subject }
func (Receive) subject() string { return "" }
func (Refund) subject() string  { return "" }

func decideSend(s State, c Send) ([]event.Event, error) {
	switch {
	case s.Status == Closed:
		return rejectClosed()
	case !valid(c.Amount):
		return rejectAmount()
	case c.Amount > s.Balance:
		return rejectFunds(s)
	}
	return one(events.MoneyWithdrawn{Amount: c.Amount, Reference: c.Reference, TransferID: c.Transfer})
}

func decideReceive(s State, c Receive) ([]event.Event, error) {
	switch {
	case s.Status == Unopened:
		return nil, event.ErrStreamNotFound
	case s.Status == Closed:
		return rejectClosed()
	case !valid(c.Amount):
		return rejectAmount()
	case s.Currency != c.Currency:
		return reject("other_currency", fmt.Sprintf("the account is in %s, the transfer is in %s", s.Currency, c.Currency))
	case s.Balance > MaxBalance-c.Amount:
		return rejectLimit()
	}
	return one(events.MoneyDeposited{Amount: c.Amount, Reference: c.Reference, TransferID: c.Transfer})
}

func decideRefund(s State, c Refund) ([]event.Event, error) {
	switch {
	case s.Status == Unopened:
		return nil, event.ErrStreamNotFound
	case !valid(c.Amount):
		return rejectAmount()
	}
	return one(events.MoneyDeposited{Amount: c.Amount, Reference: c.Reference, TransferID: c.Transfer, Refund: true})
}
