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
	by := func(subject string, command customer.Command) customer.Command {
		return customer.By{Subject: subject, Command: command}
	}
	register := customer.Register{Name: "John", Email: "john@example.com"}
	change := customer.ChangeContact{Name: "Johnny", Email: "j@example.com"}

	d := spec.NewDecider(t, customer.Decide, customer.Evolve)
	d.Allows("register", nil, by("ada", register), registered)
	d.Refuses("register again", history{registered}, by("ada", register), "customer_exists")
	d.Refuses("register who was erased", history{registered, erased}, by("ada", register), "customer_exists")
	d.Refuses("register somebody else's", history{registered}, by("bob", register), "customer_exists")
	d.Allows("change the contact", history{registered}, by("ada", change), events.CustomerContactChanged{Name: event.Private("Johnny"), Email: event.Private("j@example.com")})
	d.Refuses("change nobody's contact", nil, by("ada", change), spec.NotFound)
	d.Refuses("change somebody else's contact", history{registered}, by("bob", change), spec.NotFound)
	d.Refuses("change the contact of who was erased", history{registered, erased}, by("ada", change), "customer_erased")
	d.Allows("erase", history{registered}, by("ada", customer.Erase{}), erased)
	d.Quiet("erase again is quiet", history{registered, erased}, by("ada", customer.Erase{}))
	d.Refuses("erase somebody else's", history{registered}, by("bob", customer.Erase{}), spec.NotFound)
	d.Refuses("erase nobody", nil, by("ada", customer.Erase{}), spec.NotFound)
	d.Quiet("refer", history{registered}, by("ada", customer.Refer{}))
	d.Refuses("refer to nobody", nil, by("ada", customer.Refer{}), spec.NotFound)
	d.Refuses("refer to somebody else's", history{registered}, by("bob", customer.Refer{}), spec.NotFound)
	d.Refuses("refer to who was erased", history{registered, erased}, by("ada", customer.Refer{}), "customer_erased")
}
