// Package transfers is the workflow of transfers: it moves money from one account to another. If
// the other account does not take the money, the workflow gives the money back.
//
// A transfer takes several steps: the account From pays, and then the account To takes the money.
// Each step appends to the stream of its account, and the transfer's own stream has the outcome of
// each step. React returns the commands and timers that follow from an event. If a command is
// refused, or a timer fires, Tell returns the command that records this outcome. Both are pure
// functions. The package engine/workflow does the work that they return, exactly once. The rules of
// each step are in internal/write/account and internal/write/transfer.
package transfers

import (
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// Workflow moves money. Each of its instances is a transfer, and the state of the instance is the
// fold of the transfer's events.
var Workflow = workflow.Workflow[transfer.State]{
	Name: "transfers", Shape: 1,
	Correlate: Correlate, Evolve: transfer.Evolve, React: React, Tell: Tell, Ended: ended,
}

// Patience is how long the account From may take to pay. Normally the payment takes milliseconds.
// It takes longer if the service was down.
const Patience = 10 * time.Minute

// patience is the name of the timer that fires after the time Patience.
const patience = "patience"

// Correlate returns the id of the transfer to which an event belongs, or false if the event belongs
// to no transfer.
func Correlate(e event.Recorded) (uuid.UUID, bool) {
	switch of := e.Event.(type) {
	case events.MoneyDeposited:
		return of.TransferID, of.TransferID != uuid.Nil
	case events.MoneyWithdrawn:
		return of.TransferID, of.TransferID != uuid.Nil
	}
	return e.StreamID, e.StreamType == "transfer"
}

// React returns what is to be done after an event. If a returned command names no stream, the
// engine sends it to the transfer's own stream.
func React(s transfer.State, e event.Recorded) []workflow.Do {
	refund := workflow.Command{Stream: s.From, Command: account.Refund{Transfer: e.StreamID, Amount: s.Amount, Reference: s.Reference}}
	switch of := e.Event.(type) {
	case events.TransferRequested:
		return []workflow.Do{
			workflow.Command{Stream: s.From, Command: account.Send{Transfer: e.StreamID, Subject: s.Subject, Amount: s.Amount, Reference: s.Reference}},
			workflow.After{Name: patience, Wait: Patience},
		}
	case events.MoneyWithdrawn:
		return []workflow.Do{workflow.Command{Command: transfer.NoteDebited{}}}
	case events.TransferDebited:
		if s.Expired { // the account has paid too late
			return []workflow.Do{refund}
		}
		return []workflow.Do{
			workflow.Cancel{Name: patience},
			workflow.Command{Stream: s.To, Command: account.Receive{Transfer: e.StreamID, Currency: s.Currency, Amount: s.Amount, Reference: s.Reference}},
		}
	case events.TransferNotAccepted:
		return []workflow.Do{refund}
	case events.MoneyDeposited:
		if of.Refund {
			return []workflow.Do{workflow.Command{Command: transfer.NoteRefunded{}}}
		}
		return []workflow.Do{workflow.Command{Command: transfer.NoteCompleted{}}}
	}
	return nil
}

// Tell returns the command that records an outcome in the transfer's stream. If the account To did
// not take the money, the command does not say why: the sender must not learn anything about that
// account.
func Tell(o workflow.Outcome) any {
	switch o := o.(type) {
	case workflow.Refused:
		switch o.Command.(type) {
		case account.Send:
			return transfer.Refuse{Code: o.Rejection.Code}
		case account.Receive:
			return transfer.NotAccept{}
		}
	case workflow.Fired:
		return transfer.Expire{}
	}
	return nil
}

// ended reports whether nothing more will happen to a transfer. A transfer that has expired may
// still be debited or refused.
func ended(s transfer.State) bool {
	return s.Status == transfer.Completed || s.Status == transfer.Refused || s.Status == transfer.Refunded
}
