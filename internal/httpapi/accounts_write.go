package httpapi

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/auth"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
)

// OpenAccount takes the client's id for the account, or makes one.
func (s *server) OpenAccount(ctx context.Context, request OpenAccountRequestObject) (OpenAccountResponseObject, error) {
	id, made := uuid.Must(uuid.NewV7()), true
	if request.Body.Id != nil {
		id, made = *request.Body.Id, false
	}
	command := account.Open{Owner: request.Body.Owner, Currency: request.Body.Currency}
	if request.Body.CustomerId != nil {
		command.CustomerID = *request.Body.CustomerId
		if err := s.refer(ctx, command.CustomerID); err != nil {
			return nil, err
		}
	}
	demanded := demands(request.Params.IdempotencyKey, request.Params.IfMatch)
	demanded.NewStream = made
	done, err := s.command(ctx, id, command, demanded)
	if err != nil {
		return nil, err
	}
	return OpenAccount201JSONResponse{Body: done.Body, Headers: OpenAccount201ResponseHeaders{
		Location:            "/v1/accounts/" + done.Body.Id.String(),
		ETag:                done.Headers.ETag,
		EventPosition:       done.Headers.EventPosition,
		IdempotencyReplayed: done.Headers.IdempotencyReplayed,
	}}, nil
}

func (s *server) Deposit(ctx context.Context, request DepositRequestObject) (DepositResponseObject, error) {
	command := account.Deposit{Amount: request.Body.Amount, Reference: orEmpty(request.Body.Reference)}
	done, err := s.command(ctx, request.Id, command, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return Deposit200JSONResponse{done}, nil
}

func (s *server) Withdraw(ctx context.Context, request WithdrawRequestObject) (WithdrawResponseObject, error) {
	command := account.Withdraw{Amount: request.Body.Amount, Reference: orEmpty(request.Body.Reference)}
	done, err := s.command(ctx, request.Id, command, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return Withdraw200JSONResponse{done}, nil
}

func (s *server) CloseAccount(ctx context.Context, request CloseAccountRequestObject) (CloseAccountResponseObject, error) {
	done, err := s.command(ctx, request.Id, account.Close{}, demands(request.Params.IdempotencyKey, request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return CloseAccount200JSONResponse{done}, nil
}

// demands are the headers that say under what conditions a command is decided.
func demands(key, ifMatch *string) write.Request {
	return write.Request{IfMatch: preconditionOf(ifMatch), Key: orEmpty(key)}
}

// command has the caller's command to an account decided.
func (s *server) command(ctx context.Context, id uuid.UUID, command account.Command, r write.Request) (DoneJSONResponse, error) {
	return handle(ctx, s, s.Accounts, id, account.Command(account.By{Subject: requestOf(ctx).caller.Subject, Command: command}), r)
}

// handle has a command decided and answers where that left its stream. What it answers
// comes from the result alone, so that a replay is the same bytes.
func handle[C any](ctx context.Context, s *server, by func(context.Context, uuid.UUID, C, write.Request) (write.Result, error), id uuid.UUID, command C, r write.Request) (DoneJSONResponse, error) {
	request := requestOf(ctx)
	ctx, cancel := context.WithTimeout(ctx, s.CommandTimeout)
	defer cancel()
	r.Fingerprint, r.Metadata = request.fingerprint, request.metadata()
	if r.Key != "" {
		r.Key = keyOf(request.caller, r.Key)
	}
	result, err := by(ctx, id, command, r)
	if err != nil {
		return DoneJSONResponse{}, err
	}
	position := strconv.FormatInt(result.Position, 10)
	done := DoneJSONResponse{
		Body:    CommandAnswer{Id: result.StreamID, Version: result.Version, Position: position},
		Headers: DoneResponseHeaders{ETag: strconv.Quote(strconv.FormatInt(result.Version, 10)), EventPosition: position},
	}
	if result.Replayed {
		request.outcome = "replayed"
		done.Headers.IdempotencyReplayed = new("true")
	}
	return done, nil
}

// keyOf is an idempotency key as it is stored: each subject has keys of its own. Neither
// has a space in it. Where nobody has a name it is the client's.
func keyOf(caller auth.Caller, key string) string {
	if caller.Subject == "" {
		return key
	}
	return caller.Subject + " " + key
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
