package httpapi

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/write/customer"
)

// RegisterCustomer registers a customer under the id that the client has chosen. If the client has
// chosen no id, RegisterCustomer generates an id.
func (s *server) RegisterCustomer(ctx context.Context, request spec.RegisterCustomerRequestObject) (spec.RegisterCustomerResponseObject, error) {
	id, made := uuid.Must(uuid.NewV7()), true
	if request.Body.Id != nil {
		id, made = *request.Body.Id, false
	}
	demanded := demands(request.Params.IdempotencyKey, request.Params.IfMatch)
	demanded.NewStream = made
	done, err := s.customer(ctx, id, customer.Register{Subject: edge.Subject(ctx), Name: request.Body.Name, Email: request.Body.Email}, demanded)
	if err != nil {
		return nil, err
	}
	return spec.RegisterCustomer201JSONResponse{CustomerRegisteredJSONResponse: spec.CustomerRegisteredJSONResponse{Body: done.Body, Headers: spec.CustomerRegisteredResponseHeaders{
		Location:            "customers/" + done.Body.Id.String(),
		ETag:                done.Headers.ETag,
		EventPosition:       done.Headers.EventPosition,
		IdempotencyReplayed: done.Headers.IdempotencyReplayed,
	}}}, nil
}

func (s *server) ChangeContact(ctx context.Context, request spec.ChangeContactRequestObject) (spec.ChangeContactResponseObject, error) {
	command := customer.ChangeContact{Subject: edge.Subject(ctx), Name: request.Body.Name, Email: request.Body.Email}
	done, err := s.customer(ctx, request.Id, command, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return spec.ChangeContact200JSONResponse{DoneJSONResponse: done}, nil
}

func (s *server) EraseCustomer(ctx context.Context, request spec.EraseCustomerRequestObject) (spec.EraseCustomerResponseObject, error) {
	done, err := s.customer(ctx, request.Id, customer.Erase{Subject: edge.Subject(ctx)}, demands(nil, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	s.options.Keys.Forget(request.Id)
	return spec.EraseCustomer200JSONResponse{DoneJSONResponse: done}, nil
}

// customer sends a command to a customer, and returns the result as an answer.
func (s *server) customer(ctx context.Context, id uuid.UUID, command customer.Command, r command.Request) (spec.DoneJSONResponse, error) {
	return handle(ctx, s, s.options.Customers.Handle, id, command, r)
}

// refer returns an error if the caller does not own this customer. refer reads the log, because the
// read model may not have the customer yet. refer appends no event.
func (s *server) refer(ctx context.Context, id uuid.UUID) error {
	ctx, cancel := context.WithTimeout(ctx, s.stack.CommandTimeout)
	defer cancel()
	_, err := s.options.Customers.Handle(ctx, id, customer.Refer{Subject: edge.Subject(ctx)}, command.Request{})
	if errors.Is(err, event.ErrStreamNotFound) {
		return &event.Rejection{Code: "customer_not_found", Detail: "you have no customer with this customer_id"}
	}
	return err
}
