package customer_test

import (
	"errors"
	"reflect"
	"testing"

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

	for _, tc := range []struct {
		name  string
		given history
		when  customer.Command
		then  history
		code  string // the refusal's; "not found" for event.ErrStreamNotFound
	}{
		{"register", nil, by("ada", register), history{registered}, ""},
		{"register again", history{registered}, by("ada", register), nil, "customer_exists"},
		{"register who was erased", history{registered, erased}, by("ada", register), nil, "customer_exists"},
		{"register somebody else's", history{registered}, by("bob", register), nil, "customer_exists"},
		{"change the contact", history{registered}, by("ada", change), history{events.CustomerContactChanged{Name: event.Private("Johnny"), Email: event.Private("j@example.com")}}, ""},
		{"change nobody's contact", nil, by("ada", change), nil, "not found"},
		{"change somebody else's contact", history{registered}, by("bob", change), nil, "not found"},
		{"change the contact of who was erased", history{registered, erased}, by("ada", change), nil, "customer_erased"},
		{"erase", history{registered}, by("ada", customer.Erase{}), history{erased}, ""},
		{"erase again is quiet", history{registered, erased}, by("ada", customer.Erase{}), nil, ""},
		{"erase somebody else's", history{registered}, by("bob", customer.Erase{}), nil, "not found"},
		{"erase nobody", nil, by("ada", customer.Erase{}), nil, "not found"},
		{"refer", history{registered}, by("ada", customer.Refer{}), nil, ""},
		{"refer to nobody", nil, by("ada", customer.Refer{}), nil, "not found"},
		{"refer to somebody else's", history{registered}, by("bob", customer.Refer{}), nil, "not found"},
		{"refer to who was erased", history{registered, erased}, by("ada", customer.Refer{}), nil, "customer_erased"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var state customer.State
			for _, e := range tc.given {
				state = customer.Evolve(state, e)
			}
			decided, err := customer.Decide(state, tc.when)
			if !reflect.DeepEqual(decided, tc.then) {
				t.Errorf("decided %v, want %v", decided, tc.then)
			}
			code := ""
			if rejection, ok := errors.AsType[*event.Rejection](err); ok {
				code = rejection.Code
			} else if errors.Is(err, event.ErrStreamNotFound) {
				code = "not found"
			} else if err != nil {
				code = err.Error()
			}
			if code != tc.code {
				t.Errorf("refused with %q, want %q", code, tc.code)
			}
		})
	}
}
