package account

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Decide returns the events that a command on an account causes. If a business rule forbids the
// command, Decide returns an *event.Rejection, whose Code never changes. For an account that was
// never opened, or that belongs to another subject, Decide returns event.ErrStreamNotFound.
func Decide(s State, command Command) ([]event.Event, error) {
	switch c := command.(type) {
	case Open:
		return decideOpen(s, c)
	case Receive:
		return decideReceive(s, c)
	case Refund:
		return decideRefund(s, c)
	}
	if !s.belongsTo(command.subject()) {
		return nil, event.ErrStreamNotFound
	}
	switch c := command.(type) {
	case Deposit:
		return decideDeposit(s, c)
	case Withdraw:
		return decideWithdraw(s, c)
	case Close:
		return decideClose(s)
	case Send:
		return decideSend(s, c)
	}
	return nil, fmt.Errorf("account can't decide a %T", command)
}

// decideOpen accepts a repeated Open, and then returns no event, because a client that chooses the
// account's id may send Open again. If the account belongs to another subject, decideOpen rejects
// the command, and reveals only that the id is in use.
func decideOpen(s State, c Open) ([]event.Event, error) {
	switch {
	case s.Status != Unopened && s.Subject != c.Subject:
		return rejectTaken()
	case s.Status == Closed:
		return rejectClosed()
	case s.Status == Opened && s.Owner == c.Owner && s.Currency == c.Currency && s.CustomerID == c.CustomerID:
		return nil, nil
	case s.Status == Opened:
		return rejectTaken()
	case strings.TrimSpace(c.Owner) == "" || utf8.RuneCountInString(c.Owner) > 200:
		return reject("invalid_owner", "owner must be 1 to 200 characters and not blank")
	case !isCurrency(c.Currency):
		return reject("invalid_currency", "currency must be an ISO 4217 code in capitals, like EUR")
	}
	return one(events.AccountOpened{Owner: c.Owner, Currency: c.Currency, Subject: c.Subject, CustomerID: c.CustomerID})
}

func decideDeposit(s State, c Deposit) ([]event.Event, error) {
	switch {
	case s.Status == Closed:
		return rejectClosed()
	case c.Amount == 0:
		return nil, nil
	case !valid(c.Amount):
		return rejectAmount()
	case s.Balance > MaxBalance-c.Amount:
		return rejectLimit()
	}
	return one(events.MoneyDeposited{Amount: c.Amount, Reference: c.Reference})
}

// decideWithdraw also allows the withdrawal from a closed account that has money again because of a
// Refund.
func decideWithdraw(s State, c Withdraw) ([]event.Event, error) {
	switch {
	case s.Status == Closed && s.Balance == 0:
		return rejectClosed()
	case c.Amount == 0:
		return nil, nil
	case !valid(c.Amount):
		return rejectAmount()
	case c.Amount > s.Balance:
		return rejectFunds(s)
	}
	return one(events.MoneyWithdrawn{Amount: c.Amount, Reference: c.Reference})
}

func decideClose(s State) ([]event.Event, error) {
	switch {
	case s.Status == Closed:
		return nil, nil
	case s.Balance != 0:
		return reject("balance_not_zero", fmt.Sprintf("the balance is %d minor units; withdraw the money first", s.Balance))
	}
	return one(events.AccountClosed{})
}

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

func valid(amount int64) bool { return amount >= 1 && amount <= MaxAmount }

func one(e event.Event) ([]event.Event, error) { return []event.Event{e}, nil }

func rejectTaken() ([]event.Event, error) {
	return reject("account_exists", "there is another account with this id; choose another id")
}

func rejectClosed() ([]event.Event, error) {
	return reject("account_closed", "the account is closed")
}

func rejectAmount() ([]event.Event, error) {
	return reject("invalid_amount", fmt.Sprintf("amount must be from 1 to %d minor units", int64(MaxAmount)))
}

func rejectFunds(s State) ([]event.Event, error) {
	return reject("insufficient_funds", fmt.Sprintf("the balance is %d minor units", s.Balance))
}

func rejectLimit() ([]event.Event, error) {
	return reject("balance_limit", fmt.Sprintf("the balance must not exceed %d minor units", int64(MaxBalance)))
}

func reject(code, detail string) ([]event.Event, error) {
	return nil, &event.Rejection{Code: code, Detail: detail}
}

// belongsTo reports whether the account was opened, and belongs to the subject.
func (s State) belongsTo(subject string) bool { return s.Status != Unopened && s.Subject == subject }
