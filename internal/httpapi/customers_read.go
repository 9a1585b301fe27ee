package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/customers"
)

// GetCustomer returns the customer, and its version as ETag. GetCustomer also returns an erased
// customer.
func (s *server) GetCustomer(ctx context.Context, request spec.GetCustomerRequestObject) (spec.GetCustomerResponseObject, error) {
	params := request.Params
	asked := edge.RowRequest{ReadModel: "customers", Stream: request.Id, MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch}
	a, err := s.stack.Row(ctx, asked, func(ctx context.Context) (versions.Row, error) {
		row, position, err := s.options.Customers.People.Get(ctx, edge.Subject(ctx), request.Id)
		found := versions.Row{Tag: edge.VersionTag(row.Version), Position: position, Parked: row.Parked, Personal: true}
		if err != nil {
			return found, err
		}
		shown, err := s.customerOf(ctx, row)
		if err != nil {
			return found, err
		}
		if string(shown.Status) != row.Status { // the erasure is later than the last event that the read model has applied
			found.Tag += "-erased"
		}
		found.Body = shown
		showCustomer(ctx, shown)
		return found, nil
	})
	return answer(a), err
}

// FindCustomers reads candidates from the keyed index, and then compares their addresses, because
// the index may also return customers who do not have the address any more.
func (s *server) FindCustomers(ctx context.Context, request spec.FindCustomersRequestObject) (spec.FindCustomersResponseObject, error) {
	if err := s.stack.Await(ctx, "customers", request.Params.MinPosition, request.Params.Prefer); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.stack.QueryTimeout)
	defer cancel()
	indexes, err := s.options.Keys.Indexes(ctx, events.CustomerEmail.Name, request.Body.Email)
	if err != nil {
		return nil, err
	}
	lookup := customers.Lookup{Subject: edge.Subject(ctx), Field: events.CustomerEmail.Name, Indexes: indexes}
	found, position, err := s.options.Customers.People.Find(ctx, lookup)
	if err != nil {
		return nil, problem.At(position, err)
	}
	body, err := s.having(ctx, found, request.Body.Email)
	if err != nil {
		return nil, problem.At(position, err)
	}
	return personalPage(ctx, body, nil, position)
}

// personalPage returns a page of a list as an answer that no cache may store.
func personalPage(ctx context.Context, body any, next *string, position int64) (answer, error) {
	a, err := page(ctx, body, next, position, nil)
	a.Personal = true
	return a, err
}

// mostListed is how many customers a search lists at most.
const mostListed = 100

// having returns the candidates that have the address now, and whether there may be more.
func (s *server) having(ctx context.Context, found customers.Candidates, email string) (spec.CustomerList, error) {
	items, wanted, incomplete := []spec.Customer{}, lookup.Fold(email), found.Incomplete || found.More
	for _, row := range found.Customers {
		shown, err := s.customerOf(ctx, row)
		if err != nil {
			return spec.CustomerList{}, err
		}
		if shown.Email == nil || lookup.Fold(*shown.Email) != wanted {
			continue
		}
		if len(items) == mostListed {
			incomplete = true
			break
		}
		shown.ParkedPosition = query.ParkedPosition(row.Parked)
		items = append(items, shown)
		showCustomer(ctx, shown)
	}
	return spec.CustomerList{Items: items, Incomplete: ifTrue(incomplete)}, nil
}

// showCustomer records, for the log line of the request, whose data the answer shows.
func showCustomer(ctx context.Context, c spec.Customer) {
	if c.Status != spec.StatusErased {
		edge.Show(ctx, c.Id)
	}
}

// customerOf returns a row with its fields decrypted. An erased customer has no name and no
// address, even if the read model has not applied the erasure yet.
func (s *server) customerOf(ctx context.Context, row customers.Customer) (spec.Customer, error) {
	shown := spec.Customer{
		Id: row.ID, Status: spec.CustomerStatus(row.Status), Version: row.Version,
		RegisteredAt: row.RegisteredAt.UTC(), UpdatedAt: row.UpdatedAt.UTC(),
	}
	if row.Status == "erased" {
		return shown, nil
	}
	name, err := s.options.Keys.Reveal(ctx, row.ID, "customer", row.ID, events.CustomerName, row.Name)
	if err == nil {
		shown.Name = orNil(name)
		var email string
		email, err = s.options.Keys.Reveal(ctx, row.ID, "customer", row.ID, events.CustomerEmail, row.Email)
		shown.Email = orNil(email)
	}
	if errors.Is(err, personal.ErrErased) {
		shown.Name, shown.Email, shown.Status = nil, nil, spec.StatusErased
		return shown, nil
	}
	if err != nil {
		return spec.Customer{}, fmt.Errorf("open customer %s: %w", row.ID, err)
	}
	return shown, nil
}

func (a answer) VisitGetCustomerResponse(w http.ResponseWriter) error   { return a.write(w) }
func (a answer) VisitFindCustomersResponse(w http.ResponseWriter) error { return a.write(w) }
