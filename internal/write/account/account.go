// Package account is the domain of the sample service: it decides commands on an account. Package
// account is pure: it uses no clock, no id generator and no database. Replace it with your own
// domain.
package account

import (
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// MaxAmount is the largest amount of one movement, in minor units of the currency.
const MaxAmount = 1_000_000_000_000

// MaxBalance is the largest balance of an account, in minor units. The value is 2^53 - 1, the
// largest whole number that every JSON parser reads without rounding (RFC 8259, section 6). The sum
// of a balance and an amount never overflows.
const MaxBalance = 1<<53 - 1

// Command is one of Open, Deposit, Withdraw and Close, or of Send, Receive and Refund (transfer.go).
// Each command names the subject that sends it, except Receive and Refund.
type Command interface{ subject() string }

type (
	// Open creates an account.
	Open struct {
		Subject         string // the subject that sends the command, as in every command; "" with AUTH=off
		Owner, Currency string
		CustomerID      [16]byte // the customer to whom the account refers; zero: none
	}
	// Deposit adds Amount minor units to the balance.
	Deposit struct {
		Subject   string
		Amount    int64
		Reference string
	}
	// Withdraw subtracts Amount minor units, if the balance is large enough.
	Withdraw struct {
		Subject   string
		Amount    int64
		Reference string
	}
	// Close closes an account whose balance is zero.
	Close struct{ Subject string }
)

func (c Open) subject() string     { return c.Subject }
func (c Deposit) subject() string  { return c.Subject }
func (c Withdraw) subject() string { return c.Subject }
func (c Close) subject() string    { return c.Subject }

// State has only what Decide needs to know of an account.
type State struct {
	Status          Status
	Owner, Currency string
	Subject         string // the owner
	CustomerID      [16]byte
	Balance         int64
}

// Status is the status of an account. The zero value means that the account was never opened.
type Status int

// These constants are the possible statuses, in the order in which an account reaches them.
const (
	Unopened Status = iota
	Opened
	Closed
)

// Evolve returns the state of an account after an event.
func Evolve(s State, e event.Event) State {
	switch e := e.(type) {
	case events.AccountOpened:
		return State{Status: Opened, Owner: e.Owner, Currency: e.Currency, Subject: e.Subject, CustomerID: e.CustomerID}
	case events.MoneyDeposited:
		s.Balance += e.Amount
	case events.MoneyWithdrawn:
		s.Balance -= e.Amount
	case events.AccountClosed:
		s.Status = Closed
	}
	return s
}
