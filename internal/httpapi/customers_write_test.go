package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/internal/write/customer"
)

// If a customer's key is destroyed while the API decides a command about this customer, the command
// is rejected, with the same answer as for an erased customer.
func TestACommandToACustomerWhoIsErasedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newService()
	f.domain = func(o *Options) {
		o.Customers.Handle = func(context.Context, uuid.UUID, customer.Command, command.Request) (command.Result, error) {
			return command.Result{}, fmt.Errorf("append: %w", personal.ErrErased)
		}
	}
	answer := send(t, f.client(t), http.MethodPost, "/v1/customers/"+ada.String()+"/contact", `{"name":"Ada","email":"ada@example.com"}`)
	if answer.status != 422 || *answer.problem(t).Code != "customer_erased" {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}
