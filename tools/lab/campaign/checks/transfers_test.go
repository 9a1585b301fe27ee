//go:build linux

package checks

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// transferring adds transfers to a history without violations. Its methods add calls and events.
type transferring struct {
	h        *history.History
	payer    uuid.UUID
	payee    uuid.UUID
	dollars  uuid.UUID
	closing  uuid.UUID
	requests map[uuid.UUID]history.Event
}

// These constants are the last bytes of the ids of the transfers that addTransfers adds. A transfer
// whose last byte is a multiple of four expires soon.
const (
	isCompleted   = 1
	isNotAccepted = 2
	isRefused     = 3
	isLate        = 4 // it had expired before it was debited
	isExpired     = 8
	isClosed      = 5 // the account that has paid was closed before it got the refund
)

// addTransfers adds transfers that violate nothing to a history: at least one for each way in which
// a transfer can end. It also adds requests that the API refused. The first request was sent twice,
// because its first answer was lost.
func addTransfers(h *history.History) {
	first := len(h.Calls)
	t := &transferring{h: h, payer: account(1), payee: account(2), dollars: account(8), closing: account(3), requests: make(map[uuid.UUID]history.Event)}
	for _, id := range []uuid.UUID{t.payer, t.payee, t.dollars, t.closing} {
		did(h, id, sample.Opened, 0)
		h.Listed[id] = 1
	}
	did(h, t.payer, sample.Deposited, 100)
	did(h, t.closing, sample.Deposited, 5)
	t.complete()
	refuse(h, t.asks(t.payer, t.payee, 200), 422, "insufficient_funds")
	refuse(h, t.asks(t.payer, t.payer, 1), 422, "same_account")
	foreign := t.asks(t.payer, t.payee, 1)
	foreign.Foreign = true
	refuse(h, foreign, 404, "not_found")
	refuse(h, t.asks(t.payer, t.payee, 1), 422, answers.TooMany)
	t.notAccept()
	late := t.request(t.payer, t.payee, 10, isLate)
	t.does(late, sample.Expired, uuid.Nil)
	t.does(late, sample.Withdrawn, t.payer)
	t.does(late, sample.Debited, uuid.Nil)
	t.refunds(late, t.payer)
	refused := t.request(t.payer, t.payee, 95, isRefused)
	expired := t.request(t.payer, t.payee, 95, isExpired)
	t.does(expired, sample.Expired, uuid.Nil)
	did(h, t.payer, sample.Withdrawn, 90)
	t.does(refused, sample.Refused, uuid.Nil).Code = "insufficient_funds"
	t.does(expired, sample.Refused, uuid.Nil).Code = "insufficient_funds"
	t.refundToClosed()
	h.TailAt = nil
	for _, e := range h.Log {
		h.TailAt = append(h.TailAt, time.Duration(e.Recorded)*time.Microsecond+2*time.Millisecond)
	}
	for n := range h.Calls[first:] {
		c := &h.Calls[first+n]
		c.Token = 2
		h.Keys[c.Command.Key] = c.Succeeded() || h.Keys[c.Command.Key]
	}
	t.end()
	settle(h)
}

// complete adds a transfer that is completed. The reference of this transfer has the maximum
// length.
func (t *transferring) complete() {
	lost := answered(t.h, t.asks(t.payer, t.payee, 5))
	lost.Command.Key[0] = 0
	before := len(t.h.Calls)
	id := t.request(t.payer, t.payee, 5, isCompleted)
	c := &t.h.Calls[before]
	c.Command = t.h.Calls[before-1].Command
	e := &t.h.Log[len(t.h.Log)-1]
	e.Key, e.Text = c.Command.Key, sample.DigestOf(sample.TextOf(sample.Requested, c.Command.Key))
	t.requests[id] = *e
	t.does(id, sample.Withdrawn, t.payer)
	t.does(id, sample.Debited, uuid.Nil)
	at := int64(len(t.h.Log))
	t.h.Transfers = append(t.h.Transfers, t.read(id, at, "debited", "", 2), answers.TransferRead{Transfer: id, By: sample.Neighbor, At: at, Status: 404})
	t.does(id, sample.Deposited, t.payee)
	t.does(id, sample.Completed, uuid.Nil)
}

// notAccept adds a transfer to an account with another currency.
func (t *transferring) notAccept() {
	id := t.request(t.payer, t.dollars, 10, isNotAccepted)
	t.does(id, sample.Withdrawn, t.payer)
	t.does(id, sample.Debited, uuid.Nil)
	t.does(id, sample.NotAccepted, uuid.Nil)
	t.refunds(id, t.payer)
}

// refundToClosed adds a transfer to an account that does not exist. The account that has paid was
// closed before it got the refund. Then a client moved the refund to another account.
func (t *transferring) refundToClosed() {
	id := t.request(t.closing, uuid.New(), 5, isClosed)
	t.does(id, sample.Withdrawn, t.closing)
	t.does(id, sample.Debited, uuid.Nil)
	did(t.h, t.closing, sample.Closed, 0)
	t.does(id, sample.NotAccepted, uuid.Nil)
	t.refunds(id, t.closing)
	again := answered(t.h, answers.Command{Key: keyOfMove(), Account: t.closing, Kind: sample.Closed})
	again.Status, again.Version, again.At = 200, 5, int64(len(t.h.Log))-1
	move := answers.Command{Key: keyOfMove(), Account: t.closing, Kind: answers.Moved, Target: t.payee}
	moved(t.h, move, sample.Withdrawn, 5)
	moved(t.h, move, sample.Deposited, 5)
	c := answered(t.h, move)
	c.Status, c.Version, c.At = 200, 6, int64(len(t.h.Log))
}

// asks returns a request for a transfer without a long text.
func (t *transferring) asks(from, to uuid.UUID, amount int64) answers.Command {
	return answers.Command{Key: keyOfMove(), Account: from, Kind: sample.Requested, Amount: amount, Target: to}
}

// request adds a request for a transfer, with the answer 202, and the event of this request.
func (t *transferring) request(from, to uuid.UUID, amount int64, last byte) uuid.UUID {
	what, id := t.asks(from, to, amount), account(last)
	c := answered(t.h, what)
	c.Status, c.Version, c.At, c.Made = 202, 1, int64(len(t.h.Log))+1, id
	e := history.Event{
		Position: c.At, Subject: sample.Subject, Account: id, Version: 1, Id: uuid.New(), Kind: sample.Requested, Amount: amount, Key: what.Key,
		Recorded: c.Done.Microseconds(), Text: sample.DigestOf(""), Transfer: id, From: from, To: to,
	}
	t.h.Log = append(t.h.Log, e)
	t.requests[id] = e
	return id
}

// does adds an event that the workflow has caused for a transfer. If the argument of is uuid.Nil,
// the event is in the stream of the transfer. Otherwise of is the id of an account, and the event
// is in the stream of this account.
func (t *transferring) does(id uuid.UUID, kind string, of uuid.UUID) *history.Event {
	request := t.requests[id]
	e := history.Event{
		Position: int64(len(t.h.Log)) + 1, Account: id, Version: 1, Id: uuid.New(), Kind: kind, Key: request.Key, Workflow: true, Transfer: id, Text: sample.DigestOf(""),
		Recorded: now(t.h).Microseconds(),
	}
	if of != uuid.Nil {
		e.Account, e.Amount, e.Text = of, request.Amount, request.Text
	}
	for _, before := range t.h.Log {
		if before.Account == e.Account {
			e.Version++
		}
	}
	t.h.Log = append(t.h.Log, e)
	return &t.h.Log[len(t.h.Log)-1]
}

// refunds adds the refund of a transfer.
func (t *transferring) refunds(id, of uuid.UUID) {
	t.does(id, sample.Deposited, of).Refund = true
	t.does(id, sample.Refunded, uuid.Nil)
}

// read returns the answer to a query about a transfer. The answer shows the transfer as of the
// position at.
func (t *transferring) read(id uuid.UUID, at int64, state, code string, version int64) answers.TransferRead {
	e := t.requests[id]
	return answers.TransferRead{
		Transfer: id, By: sample.Subject, Min: at, At: at, Status: 200, From: e.From, To: e.To, Amount: e.Amount, Currency: "EUR", Text: e.Text,
		State: state, Code: code, Version: version,
	}
}

// end adds the transfers' rows and the answers to queries about the transfers that a run reads at
// its end.
func (t *transferring) end() {
	ends := map[byte]history.Transfer{
		isCompleted: {Status: "completed", Version: 3}, isNotAccepted: {Status: "refunded", Code: "not_accepted", Version: 4},
		isRefused: {Status: "refused", Code: "insufficient_funds", Version: 2}, isLate: {Status: "refunded", Code: "expired", Version: 4},
		isExpired: {Status: "refused", Code: "insufficient_funds", Version: 3}, isClosed: {Status: "refunded", Code: "not_accepted", Version: 4},
	}
	t.h.Models.Transfers = make(map[uuid.UUID]history.Transfer)
	for id, e := range t.requests {
		row := ends[id[15]]
		row.Subject, row.From, row.To, row.Amount, row.Currency, row.Text = e.Subject, e.From, e.To, e.Amount, "EUR", e.Text
		t.h.Models.Transfers[id] = row
		read := t.read(id, int64(len(t.h.Log)), row.Status, row.Code, row.Version)
		read.Last = true
		t.h.Transfers = append(t.h.Transfers, read)
	}
}

// stepIn returns the index of an event in the log. The event is of the given kind, and belongs to
// the transfer whose id has the given last byte.
func stepIn(h *history.History, last byte, kind string) int {
	return slices.IndexFunc(h.Log, func(e history.Event) bool { return e.Transfer != uuid.Nil && e.Transfer[15] == last && e.Kind == kind })
}

// stepOf returns the event of the given kind that belongs to the transfer whose id has the given
// last byte.
func stepOf(h *history.History, last byte, kind string) *history.Event {
	return &h.Log[stepIn(h, last, kind)]
}
