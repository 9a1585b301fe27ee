//go:build linux

package sample

import (
	"strings"
)

// These constants are the names under which the service stores the events of each type.
const (
	Opened    = "account.opened"
	Deposited = "account.money_deposited"
	Withdrawn = "account.money_withdrawn"
	Closed    = "account.closed"

	Registered = "customer.registered"
	Changed    = "customer.contact_changed"
	Erased     = "customer.erased"

	Requested   = "transfer.requested"
	Debited     = "transfer.debited"
	Completed   = "transfer.completed"
	Refused     = "transfer.refused"
	NotAccepted = "transfer.not_accepted"
	Refunded    = "transfer.refunded"
	Expired     = "transfer.expired"
)

// IsPerson reports whether an event or a command of this kind is about a customer.
func IsPerson(kind string) bool { return strings.HasPrefix(kind, "customer.") }

// IsTransfer reports whether an event is in the stream of a transfer.
func IsTransfer(kind string) bool { return strings.HasPrefix(kind, "transfer.") }

// IsAccount reports whether an event is in the stream of an account.
func IsAccount(kind string) bool { return strings.HasPrefix(kind, "account.") }
