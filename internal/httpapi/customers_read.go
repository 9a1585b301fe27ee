package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"example.com/pgcqrs/engine/edge"
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
		if string(shown.Status) != row.Status { // the customer was erased, and the read model has not applied the erasure yet
			found.Tag += "-erased"
		}
		found.Body = shown
		showCustomer(ctx, shown)
		return found, nil
	})
	return answer(a), err
}

// FindCustomers first finds candidates by the HMAC of the searched address, and then compares their
// addresses with the searched address. Some candidates may not have the address any more.
func (s *server) FindCustomers(ctx context.Context, request spec.FindCustomersRequestObject) (spec.FindCustomersResponseObject, error) {
	asked := edge.ListRequest{ReadModels: []string{"customers"}, MinPosition: request.Params.MinPosition, Prefer: request.Params.Prefer}
	return list(ctx, s, asked, func(ctx context.Context) (edge.List, error) {
		indexes, err := s.options.Keys.Indexes(ctx, events.CustomerEmail.Name, request.Body.Email)
		if err != nil {
			return edge.List{}, err
		}
		lookup := customers.Lookup{Subject: edge.Subject(ctx), Field: events.CustomerEmail.Name, Indexes: indexes}
		found, position, err := s.options.Customers.People.Find(ctx, lookup)
		if err != nil {
			return edge.List{Position: position}, err
		}
		body, err := s.having(ctx, found, request.Body.Email)
		return edge.List{Body: body, Position: position, Personal: true}, err
	})
}

// mostListed is the largest number of customers that a search lists.
const mostListed = 100

// having returns a list of those candidates that have the address now. The list says whether other
// customers may be missing from it.
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
