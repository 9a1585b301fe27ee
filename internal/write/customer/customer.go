// Package customer is the sample's second domain: a person whose data can be erased. It is pure,
// and its state holds no personal data.
package customer

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Command is one of Register, ChangeContact, Erase and Refer. Each names the subject that sends it.
type Command interface{ subject() string }

type (
	// Register starts a customer.
	Register struct{ Subject, Name, Email string }
	// ChangeContact replaces the customer's name and e-mail address.
	ChangeContact struct{ Subject, Name, Email string }
	// Erase erases the person's data for good.
	Erase struct{ Subject string }
	// Refer changes nothing. It is refused unless the customer exists.
	Refer struct{ Subject string }
)

func (c Register) subject() string      { return c.Subject }
func (c ChangeContact) subject() string { return c.Subject }
func (c Erase) subject() string         { return c.Subject }
func (c Refer) subject() string         { return c.Subject }

// State holds what Decide reads, and no more: no name, no address.
type State struct {
	Status  Status
	Subject string // the owner
}

// Status of a customer; the zero value is one that was never registered.
type Status int

// The statuses, in the order a customer goes through them.
const (
	Unknown Status = iota
	Registered
	Erased
)

// Evolve returns the customer after an event.
func Evolve(s State, e event.Event) State {
	switch e := e.(type) {
	case events.CustomerRegistered:
		return State{Status: Registered, Subject: e.Subject}
	case events.CustomerErased:
		s.Status = Erased
	}
	return s
}

// Decide returns the events by which a customer answers a command. A refusal is an *event.Rejection
// whose Code is stable. A command to a customer who was never registered, or belongs to another
// subject, fails with event.ErrStreamNotFound.
func Decide(s State, command Command) ([]event.Event, error) {
	if register, ok := command.(Register); ok {
		return decideRegister(s, register)
	}
	if s.Status == Unknown || s.Subject != command.subject() {
		return nil, event.ErrStreamNotFound
	}
	switch c := command.(type) {
	case Erase: // a repetition changes nothing
		if s.Status == Erased {
			return nil, nil
		}
		return []event.Event{events.CustomerErased{}}, nil
	case ChangeContact:
		if s.Status == Erased {
			return rejectErased()
		}
		return []event.Event{events.CustomerContactChanged{Name: event.Private(c.Name), Email: event.Private(c.Email)}}, nil
	case Refer:
		if s.Status == Erased {
			return rejectErased()
		}
		return nil, nil
	}
	return nil, fmt.Errorf("customer can't decide a %T", command)
}

// decideRegister refuses a repetition, because the state has no personal data to compare the new
// data with. Clients that need to repeat a registration send an idempotency key.
func decideRegister(s State, c Register) ([]event.Event, error) {
	if s.Status != Unknown {
		return nil, &event.Rejection{Code: "customer_exists", Detail: "this id belongs to a customer, or did; choose another id"}
	}
	return []event.Event{events.CustomerRegistered{Subject: c.Subject, Name: event.Private(c.Name), Email: event.Private(c.Email)}}, nil
}

func rejectErased() ([]event.Event, error) {
	return nil, &event.Rejection{Code: "customer_erased", Detail: "the customer was erased"}
}
