package transfers_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/workflows/transfers"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// history has the events of a transfer and of its two accounts, in the order of the log.
type history = []event.Recorded

var (
	id   = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000001")
	from = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000002")
	to   = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000003")
)

// These events are all that can happen to a transfer. The first ones are of the transfer's own
// stream, and the last three of the accounts.
var (
	requested   = on(events.TransferRequested{From: from, To: to, Amount: 7, Currency: "EUR", Reference: "rent", Subject: "ada"})
	debited     = on(events.TransferDebited{})
	completed   = on(events.TransferCompleted{})
	notAccepted = on(events.TransferNotAccepted{})
	refunded    = on(events.TransferRefunded{})
	refused     = on(events.TransferRefused{Code: "account_closed"})
	expired     = on(events.TransferExpired{})

	paid     = spec.On("account", from, events.MoneyWithdrawn{Amount: 7, Reference: "rent", TransferID: id})
	received = spec.On("account", to, events.MoneyDeposited{Amount: 7, Reference: "rent", TransferID: id})
	returned = spec.On("account", from, events.MoneyDeposited{Amount: 7, Reference: "rent", TransferID: id, Refund: true})
)

// These commands and timers are all that the workflow does.
var (
	pay      = workflow.Command{Stream: from, Command: account.Send{Transfer: id, Subject: "ada", Amount: 7, Reference: "rent"}}
	receive  = workflow.Command{Stream: to, Command: account.Receive{Transfer: id, Currency: "EUR", Amount: 7, Reference: "rent"}}
	giveBack = workflow.Command{Stream: from, Command: account.Refund{Transfer: id, Amount: 7, Reference: "rent"}}
	wait     = workflow.After{Name: "patience", Wait: transfers.Patience}
	stop     = workflow.Cancel{Name: "patience"}
)

func on(e event.Event) event.Recorded { return spec.On("transfer", id, e) }

// note returns the command that records a step in the transfer's own stream.
func note(c transfer.Command) workflow.Command { return workflow.Command{Command: c} }

// TestTheStepsOfATransfer shows each way that a transfer can take, one event after another.
func TestTheStepsOfATransfer(t *testing.T) {
	t.Parallel()
	w := spec.NewWorkflow(t, transfers.Workflow)

	w.Reacts("a request: the account pays, within a time", nil, requested, pay, wait)
	w.Reacts("the account has paid", history{requested}, paid, note(transfer.NoteDebited{}))
	w.Reacts("debited: the other account gets the money", history{requested, paid}, debited, stop, receive)
	w.Reacts("the other account has the money", history{requested, paid, debited}, received, note(transfer.NoteCompleted{}))
	w.Quiet("completed", history{requested, paid, debited, received}, completed)

	w.Reacts("not accepted: the money goes back", history{requested, paid, debited}, notAccepted, giveBack)
	w.Reacts("the money is back", history{requested, paid, debited, notAccepted}, returned, note(transfer.NoteRefunded{}))
	w.Quiet("refunded", history{requested, paid, debited, notAccepted, returned}, refunded)

	w.Quiet("refused", history{requested}, refused)

	w.Quiet("expired: the account may still pay", history{requested}, expired)
	w.Reacts("the account has paid too late", history{requested, expired}, paid, note(transfer.NoteDebited{}))
	w.Reacts("debited too late: the money goes back", history{requested, expired, paid}, debited, giveBack)
	w.Quiet("refused too late", history{requested, expired}, refused)

	w.Ignores("a deposit that belongs to no transfer", spec.On("account", to, events.MoneyDeposited{Amount: 7}))
	w.Ignores("a withdrawal that belongs to no transfer", spec.On("account", from, events.MoneyWithdrawn{Amount: 7}))
	w.Ignores("an event of another kind", spec.On("account", from, events.AccountClosed{}))
}

// TestTheOutcomes shows what a transfer's stream gets told. The command never says why the account
// To did not take the money.
func TestTheOutcomes(t *testing.T) {
	t.Parallel()
	w := spec.NewWorkflow(t, transfers.Workflow)
	closed := event.Rejection{Code: "account_closed"}
	w.Tells("the account did not pay", workflow.Refused{Command: pay.Command, Rejection: closed}, transfer.Refuse{Code: "account_closed"})
	w.Tells("the other account did not take the money", workflow.Refused{Command: receive.Command, Rejection: closed}, transfer.NotAccept{})
	w.Tells("the time is over", workflow.Fired{Name: "patience"}, transfer.Expire{})
	w.Tells("a step was recorded before", workflow.Refused{Command: transfer.NoteDebited{}, Rejection: event.Rejection{Code: transfer.OutOfOrder}}, nil)
}

// TestTheEnds shows that every way ends, and that a transfer does not end while money may still be
// moved.
func TestTheEnds(t *testing.T) {
	t.Parallel()
	w := spec.NewWorkflow(t, transfers.Workflow)
	w.Ends("completed", requested, paid, debited, received, completed)
	w.Ends("refunded", requested, paid, debited, notAccepted, returned, refunded)
	w.Ends("refused", requested, refused)
	w.Ends("refunded after a late debit", requested, expired, paid, debited, returned, refunded)
	w.Ends("refused after the time was over", requested, expired, refused)
	w.GoesOn("requested", requested)
	w.GoesOn("debited", requested, paid, debited)
	w.GoesOn("not accepted", requested, paid, debited, notAccepted)
	w.GoesOn("expired", requested, expired)
}
