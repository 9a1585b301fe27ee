package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/write/account"
)

// OpenAccount opens an account under the id that the client has chosen. If the client has chosen no
// id, OpenAccount generates an id.
func (s *server) OpenAccount(ctx context.Context, request spec.OpenAccountRequestObject) (spec.OpenAccountResponseObject, error) {
	id, made := uuid.Must(uuid.NewV7()), true
	if request.Body.Id != nil {
		id, made = *request.Body.Id, false
	}
	demanded := demands(request.Params.IdempotencyKey, request.Params.IfMatch)
	demanded.NewStream = made
	command := account.Open{Subject: edge.Subject(ctx), Owner: request.Body.Owner, Currency: request.Body.Currency}
	if request.Body.CustomerId != nil {
		command.CustomerID = *request.Body.CustomerId
		demanded.Check = func(ctx context.Context) error { return s.refer(ctx, command.CustomerID) }
	}
	done, err := s.command(ctx, id, command, demanded)
	if err != nil {
		return nil, err
	}
	return spec.OpenAccount201JSONResponse{AccountOpenedJSONResponse: spec.AccountOpenedJSONResponse{Body: done.Body, Headers: spec.AccountOpenedResponseHeaders{
		Location:            "accounts/" + done.Body.Id.String(),
		ETag:                done.Headers.ETag,
		EventPosition:       done.Headers.EventPosition,
		IdempotencyReplayed: done.Headers.IdempotencyReplayed,
	}}}, nil
}

func (s *server) Deposit(ctx context.Context, request spec.DepositRequestObject) (spec.DepositResponseObject, error) {
	command := account.Deposit{Subject: edge.Subject(ctx), Amount: request.Body.Amount, Reference: orEmpty(request.Body.Reference)}
	done, err := s.command(ctx, request.Id, command, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return spec.Deposit200JSONResponse{DoneJSONResponse: done}, nil
}

func (s *server) Withdraw(ctx context.Context, request spec.WithdrawRequestObject) (spec.WithdrawResponseObject, error) {
	command := account.Withdraw{Subject: edge.Subject(ctx), Amount: request.Body.Amount, Reference: orEmpty(request.Body.Reference)}
	done, err := s.command(ctx, request.Id, command, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return spec.Withdraw200JSONResponse{DoneJSONResponse: done}, nil
}

// CloseAccount closes an account. If the body names another account, CloseAccount moves the balance
// to the other account.
func (s *server) CloseAccount(ctx context.Context, request spec.CloseAccountRequestObject) (spec.CloseAccountResponseObject, error) {
	demanded := demands(request.Params.IdempotencyKey, request.Params.IfMatch)
	var done spec.DoneJSONResponse
	var err error
	if target := request.Body.MoveBalanceTo; target == nil {
		done, err = s.command(ctx, request.Id, account.Close{Subject: edge.Subject(ctx)}, demanded)
	} else {
		done, err = s.move(ctx, request.Id, *target, account.MoveAndClose{Subject: edge.Subject(ctx)}, demanded)
	}
	if err != nil {
		return nil, err
	}
	return spec.CloseAccount200JSONResponse{DoneJSONResponse: done}, nil
}

// move sends a command to the accounts with the ids from and to, and answers with the result of the
// account with the id from.
func (s *server) move(ctx context.Context, from, to uuid.UUID, c account.MoveAndClose, r command.Request) (spec.DoneJSONResponse, error) {
	return handle(ctx, s, func(ctx context.Context, from uuid.UUID, c account.MoveAndClose, r command.Request) (command.Result, error) {
		return s.options.Accounts.Move(ctx, from, to, c, r)
	}, from, c, r)
}

// command sends a command to an account, and answers with the result.
func (s *server) command(ctx context.Context, id uuid.UUID, command account.Command, r command.Request) (spec.DoneJSONResponse, error) {
	return handle(ctx, s, s.options.Accounts.Handle, id, command, r)
}
