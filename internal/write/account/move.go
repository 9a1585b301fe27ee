package account

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// ErrNoTarget says that the account to which money should be moved was never opened, or belongs to
// another subject.
var ErrNoTarget = fmt.Errorf("target account: %w", event.ErrStreamNotFound)

// Pair has the states of two different accounts.
type Pair struct{ From, To State }

// MoveAndClose closes the account From. If the account has money, MoveAndClose first moves all of
// it to the account To. MoveAndClose does so even if the account is already closed, because a
// Refund may have arrived after the closing.
type MoveAndClose struct{ Subject string }

// DecideMove returns the events of the accounts From and To. Both must belong to the subject. If
// the account From is closed and its balance is zero, DecideMove returns no events, like the
// decision on Close. Otherwise the account To must be open and have the same currency, even if
// there is no money to move.
func DecideMove(p Pair, c MoveAndClose) ([][]event.Event, error) {
	if !p.From.belongsTo(c.Subject) {
		return nil, event.ErrStreamNotFound
	}
	if !p.To.belongsTo(c.Subject) {
		return nil, ErrNoTarget
	}
	if p.From.Status == Closed && p.From.Balance == 0 {
		return nil, nil
	}
	if err := checkTarget(p); err != nil {
		return nil, err
	}
	if p.From.Balance == 0 {
		return [][]event.Event{{events.AccountClosed{}}}, nil
	}
	from := []event.Event{events.MoneyWithdrawn{Amount: p.From.Balance}}
	if p.From.Status != Closed {
		from = append(from, events.AccountClosed{})
	}
	return [][]event.Event{from, {events.MoneyDeposited{Amount: p.From.Balance}}}, nil
}

// checkTarget returns an error if the balance of the account From can't be moved to the account To.
func checkTarget(p Pair) (err error) {
	switch {
	case p.To.Status == Closed:
		_, err = reject("target_closed", "the account of move_balance_to is closed")
	case p.To.Currency != p.From.Currency:
		_, err = reject("other_currency", fmt.Sprintf("the account of move_balance_to is in %s, this account is in %s", p.To.Currency, p.From.Currency))
	case p.To.Balance > MaxBalance-p.From.Balance:
		_, err = reject("balance_limit", fmt.Sprintf("the balance of the account of move_balance_to must not exceed %d minor units", int64(MaxBalance)))
	}
	return err
}

// RejectSame returns the rejection of a MoveAndClose whose two accounts are the same.
func RejectSame() error {
	_, err := reject("same_account", "move_balance_to must name another account")
	return err
}
