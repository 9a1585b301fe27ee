package events

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

type (
	// CustomerRegistered is the first event of a customer's stream.
	CustomerRegistered struct {
		Subject string         `json:"subject,omitempty"` // the owner: the subject that has registered the customer, with the prefix of its issuer
		Name    event.Personal `json:"name"`
		Email   event.Personal `json:"email"`
	}
	// CustomerContactChanged replaces a customer's name and e-mail address.
	CustomerContactChanged struct {
		Subject string         `json:"-"` // the owner, within whose customers the address is unique; not stored, because CustomerRegistered has the owner
		Name    event.Personal `json:"name"`
		Email   event.Personal `json:"email"`
	}
	// CustomerErased records that the customer's encryption key is destroyed. The database destroys
	// the key in the transaction that appends this event (migrations/00001_sample.sql).
	CustomerErased struct{}
)

func (CustomerRegistered) EventType() string     { return "customer.registered" }
func (CustomerContactChanged) EventType() string { return "customer.contact_changed" }
func (CustomerErased) EventType() string         { return "customer.erased" }

// OwnedBy implements event.Owned.
func (e CustomerRegistered) OwnedBy() string { return e.Subject }

func (CustomerRegistered) SchemaVersion() int     { return 1 }
func (CustomerContactChanged) SchemaVersion() int { return 1 }
func (CustomerErased) SchemaVersion() int         { return 1 }

func (CustomerRegistered) Person(streamID uuid.UUID) uuid.UUID     { return streamID }
func (CustomerContactChanged) Person(streamID uuid.UUID) uuid.UUID { return streamID }

func (CustomerErased) Erased(streamID uuid.UUID) uuid.UUID { return streamID }

// These variables name the personal fields of a customer's events.
var (
	CustomerName  = event.Field{Name: "name"}
	CustomerEmail = event.Field{Name: "email", Findable: true}
)

// uniqueEmail declares that no two customers of a subject have the same e-mail address.
func uniqueEmail(subject string) []event.Unique {
	return []event.Unique{{
		Field: CustomerEmail,
		Scope: "customers of " + subject, // with AUTH=off the subject is empty, and the scope has all customers
		Taken: event.Rejection{Code: "email_taken", Detail: "another customer of yours has this e-mail address"},
	}}
}

// Unique implements event.UniqueEvent.
func (e CustomerRegistered) Unique() []event.Unique { return uniqueEmail(e.Subject) }

// Unique implements event.UniqueEvent.
func (e CustomerContactChanged) Unique() []event.Unique { return uniqueEmail(e.Subject) }

// EachPersonal implements PersonalEvent.
func (e CustomerRegistered) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(CustomerName, &e.Name)
	do(CustomerEmail, &e.Email)
	return e
}

// EachPersonal implements PersonalEvent.
func (e CustomerContactChanged) EachPersonal(do func(field event.Field, value *event.Personal)) event.Event {
	do(CustomerName, &e.Name)
	do(CustomerEmail, &e.Email)
	return e
}
