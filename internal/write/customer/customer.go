// Package customer is the second domain of the sample service: a person whose data can be erased.
// Package customer is pure: it uses no clock, no id generator and no database. Its state contains
// no personal data.
package customer

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Command is one of Register, ChangeContact, Erase and Refer. Each command names the subject that
// sends it.
type Command interface{ subject() string }

type (
	// Register creates a customer.
	Register struct{ Subject, Name, Email string }
	// ChangeContact replaces the customer's name and e-mail address.
	ChangeContact struct{ Subject, Name, Email string }
	// Erase erases the person's data permanently.
	Erase struct{ Subject string }
	// Refer checks whether another object of the subject, such as an account, may refer to the
	// customer. If the customer does not exist, belongs to another subject or is erased, the command
	// fails. Refer appends no event.
	Refer struct{ Subject string }
)

func (c Register) subject() string      { return c.Subject }
func (c ChangeContact) subject() string { return c.Subject }
func (c Erase) subject() string         { return c.Subject }
func (c Refer) subject() string         { return c.Subject }

// State has only what Decide needs to know of a customer, and no name or e-mail address.
type State struct {
	Status  Status
	Subject string // the owner
}

// Status is the status of a customer. The zero value means that the customer was never registered.
type Status int

// These constants are the possible statuses, in the order in which a customer reaches them.
const (
	Unknown Status = iota
	Registered
	Erased
)

// Evolve returns the state of a customer after an event.
func Evolve(s State, e event.Event) State {
	switch e := e.(type) {
	case events.CustomerRegistered:
		return State{Status: Registered, Subject: e.Subject}
	case events.CustomerErased:
		s.Status = Erased
	}
	return s
}

// Decide returns the events that a command on a customer causes. If a business rule forbids the
// command, Decide returns an *event.Rejection, whose Code never changes. For a customer who was
// never registered, or who belongs to another subject, Decide returns event.ErrStreamNotFound.
func Decide(s State, command Command) ([]event.Event, error) {
	if register, ok := command.(Register); ok {
		return decideRegister(s, register)
	}
	if s.Status == Unknown || s.Subject != command.subject() {
		return nil, event.ErrStreamNotFound
	}
	switch c := command.(type) {
	case Erase: // erasing again changes nothing
		if s.Status == Erased {
			return nil, nil
		}
		return []event.Event{events.CustomerErased{}}, nil
	case ChangeContact:
		if s.Status == Erased {
			return rejectErased()
		}
		return []event.Event{events.CustomerContactChanged{Subject: s.Subject, Name: event.Private(c.Name), Email: event.Private(c.Email)}}, nil
	case Refer:
		if s.Status == Erased {
			return rejectErased()
		}
		return nil, nil
	}
	return nil, fmt.Errorf("customer can't decide a %T", command)
}

// decideRegister rejects a repeated Register. The state has no personal data, so decideRegister
// can't compare the new data with the stored data. A client that may repeat a registration must
// send an idempotency key.
func decideRegister(s State, c Register) ([]event.Event, error) {
	if s.Status != Unknown {
		return nil, &event.Rejection{Code: "customer_exists", Detail: "this id belongs to a customer, or did; choose another id"}
	}
	return []event.Event{events.CustomerRegistered{Subject: c.Subject, Name: event.Private(c.Name), Email: event.Private(c.Email)}}, nil
}

func rejectErased() ([]event.Event, error) {
	return nil, &event.Rejection{Code: "customer_erased", Detail: "the customer was erased"}
}
