package customer_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/customer"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	type history = []event.Event
	registered := events.CustomerRegistered{Subject: "ada", Name: event.Private("John"), Email: event.Private("john@example.com")}
	erased := events.CustomerErased{}
	register := func(subject string) customer.Register {
		return customer.Register{Subject: subject, Name: "John", Email: "john@example.com"}
	}
	change := func(subject string) customer.ChangeContact {
		return customer.ChangeContact{Subject: subject, Name: "Johnny", Email: "j@example.com"}
	}

	d := spec.NewDecider(t, customer.Decide, customer.Evolve)
	d.Allows("register", nil, register("ada"), registered)
	d.Refuses("register again", history{registered}, register("ada"), "customer_exists")
	d.Refuses("register who was erased", history{registered, erased}, register("ada"), "customer_exists")
	d.Refuses("register somebody else's", history{registered}, register("bob"), "customer_exists")
	d.Allows("change the contact", history{registered}, change("ada"), events.CustomerContactChanged{Subject: "ada", Name: event.Private("Johnny"), Email: event.Private("j@example.com")})
	d.Refuses("change nobody's contact", nil, change("ada"), spec.NotFound)
	d.Refuses("change somebody else's contact", history{registered}, change("bob"), spec.NotFound)
	d.Refuses("change the contact of who was erased", history{registered, erased}, change("ada"), "customer_erased")
	d.Allows("erase", history{registered}, customer.Erase{Subject: "ada"}, erased)
	d.Quiet("erase again is quiet", history{registered, erased}, customer.Erase{Subject: "ada"})
	d.Refuses("erase somebody else's", history{registered}, customer.Erase{Subject: "bob"}, spec.NotFound)
	d.Refuses("erase nobody", nil, customer.Erase{Subject: "ada"}, spec.NotFound)
	d.Quiet("refer", history{registered}, customer.Refer{Subject: "ada"})
	d.Refuses("refer to nobody", nil, customer.Refer{Subject: "ada"}, spec.NotFound)
	d.Refuses("refer to somebody else's", history{registered}, customer.Refer{Subject: "bob"}, spec.NotFound)
	d.Refuses("refer to who was erased", history{registered, erased}, customer.Refer{Subject: "ada"}, "customer_erased")
}
