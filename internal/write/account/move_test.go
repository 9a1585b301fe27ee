package account_test

import (
	"errors"
	"testing"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
)

func TestDecideMove(t *testing.T) {
	t.Parallel()
	in := func(currency string, balance int64, more ...event.Event) history {
		opened := history{events.AccountOpened{Owner: "Ada", Currency: currency, Subject: "ada"}}
		if balance > 0 {
			opened = append(opened, events.MoneyDeposited{Amount: balance})
		}
		return append(opened, more...)
	}
	closed, move := events.AccountClosed{}, account.MoveAndClose{Subject: "ada"}
	theirs := history{events.AccountOpened{Owner: "Bob", Currency: "EUR", Subject: "bob"}}

	d := spec.NewSeveral(t, account.DecideMove,
		spec.PartOf(account.Evolve, func(p *account.Pair) *account.State { return &p.From }),
		spec.PartOf(account.Evolve, func(p *account.Pair) *account.State { return &p.To }))
	d.Allows("move all and close", []history{in("EUR", 7), in("EUR", 5)}, move,
		history{events.MoneyWithdrawn{Amount: 7}, closed}, history{events.MoneyDeposited{Amount: 7}})
	d.Allows("close what holds nothing", []history{in("EUR", 0), in("EUR", 5)}, move, history{closed})
	d.Allows("move more than one payment may be", []history{in("EUR", account.MaxBalance), in("EUR", 0)}, move,
		history{events.MoneyWithdrawn{Amount: account.MaxBalance}, closed}, history{events.MoneyDeposited{Amount: account.MaxBalance}})
	d.Quiet("close a closed account is quiet", []history{in("EUR", 0, closed), in("EUR", 5)}, move)
	d.Quiet("close a closed account is quiet, whatever became of the other", []history{in("EUR", 0, closed), in("EUR", 0, closed)}, move)
	refunded := events.MoneyDeposited{Amount: 7, Refund: true}
	d.Allows("move what a closed account has got as a refund", []history{in("EUR", 0, closed, refunded), in("EUR", 5)}, move,
		history{events.MoneyWithdrawn{Amount: 7}}, history{events.MoneyDeposited{Amount: 7}})
	d.Refuses("move a refund to a closed account", []history{in("EUR", 0, closed, refunded), in("EUR", 0, closed)}, move, "target_closed")
	d.Refuses("move to a closed account", []history{in("EUR", 7), in("EUR", 0, closed)}, move, "target_closed")
	d.Refuses("move to another currency", []history{in("EUR", 7), in("USD", 5)}, move, "other_currency")
	d.Refuses("move nothing to another currency", []history{in("EUR", 0), in("USD", 5)}, move, "other_currency")
	d.Refuses("move more than the other may hold", []history{in("EUR", 7), in("EUR", account.MaxBalance-6)}, move, "balance_limit")
	d.Refuses("move to no account", []history{in("EUR", 7)}, move, spec.NotFound)
	d.Refuses("move to somebody else's account", []history{in("EUR", 7), theirs}, move, spec.NotFound)
	d.Refuses("move from somebody else's account", []history{theirs, in("EUR", 7)}, move, spec.NotFound)
	d.Refuses("a closed account, and no account", []history{in("EUR", 0, closed)}, move, spec.NotFound)
	d.Refuses("a closed account, and somebody else's account", []history{in("EUR", 0, closed), theirs}, move, spec.NotFound)
	d.Refuses("move from no account", []history{nil, in("EUR", 7)}, move, spec.NotFound)
}

// If the client does not own the target account, the error is ErrNoTarget. So the answer can name
// the field of the request that contains the wrong account.
func TestTheAccountThatIsNotThereIsTold(t *testing.T) {
	t.Parallel()
	open := account.State{Status: account.Opened, Currency: "EUR"}
	if _, err := account.DecideMove(account.Pair{From: open}, account.MoveAndClose{}); !errors.Is(err, account.ErrNoTarget) {
		t.Errorf("without a target: got %v", err)
	}
	if _, err := account.DecideMove(account.Pair{To: open}, account.MoveAndClose{}); errors.Is(err, account.ErrNoTarget) {
		t.Errorf("without a source: got %v", err)
	}
}
