package transfer_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

func TestDecideRequest(t *testing.T) {
	t.Parallel()
	holding := func(balance int64, more ...event.Event) history {
		opened := history{events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}}
		return append(append(opened, events.MoneyDeposited{Amount: balance}), more...)
	}
	request := func(amount int64) transfer.Request {
		return transfer.Request{Subject: "ada", From: from, To: to, Amount: amount, Reference: "rent"}
	}
	toItself, bobs := request(7), request(7)
	toItself.To, bobs.Subject = from, "bob"
	closed, none := events.AccountClosed{}, history(nil)

	d := spec.NewSeveral(t, transfer.DecideRequest,
		spec.PartOf(transfer.Evolve, func(a *transfer.Asked) *transfer.State { return &a.Transfer }),
		spec.PartOf(account.Evolve, func(a *transfer.Asked) *account.State { return &a.From }))
	d.Allows("all there is", []history{none, holding(7)}, request(7), history{requested()})
	d.Refuses("more than there is", []history{none, holding(7)}, request(8), "insufficient_funds")
	d.Refuses("nothing", []history{none, holding(7)}, request(0), "invalid_amount")
	d.Refuses("less than nothing", []history{none, holding(7)}, request(-1), "invalid_amount")
	d.Refuses("more than one payment may be", []history{none, holding(account.MaxBalance)}, request(account.MaxAmount+1), "invalid_amount")
	d.Refuses("to the same account", []history{none, holding(7)}, toItself, "same_account")
	d.Refuses("from a closed account", []history{none, holding(7, events.MoneyWithdrawn{Amount: 7}, closed)}, request(7), "account_closed")
	d.Refuses("from a closed account that has got a refund", []history{none, holding(0, closed, events.MoneyDeposited{Amount: 7, Refund: true})}, request(7), "account_closed")
	d.Refuses("from no account", []history{none, none}, request(7), spec.NotFound)
	d.Refuses("from somebody else's account", []history{none, holding(7)}, bobs, spec.NotFound)
	d.Refuses("from somebody else's account, which does not hold so much", []history{none, holding(6)}, bobs, spec.NotFound)
	d.Refuses("with an id that is taken", []history{{requested()}, holding(7)}, request(7), "id_taken")
}
