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
)

// IsPerson reports whether an event or a command of this kind is about a customer.
func IsPerson(kind string) bool { return strings.HasPrefix(kind, "customer.") }
