package httpapi

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
)

// demands are the headers that say under what conditions a command is decided.
func demands(key, ifMatch *string) command.Request {
	return command.Request{IfMatch: preconditionOf(ifMatch), Key: orEmpty(key)}
}

// handle has a command decided and answers where that left its stream. What it answers
// comes from the result alone, so that a replay is the same bytes.
func handle[C any](ctx context.Context, s *server, by func(context.Context, uuid.UUID, C, command.Request) (command.Result, error), id uuid.UUID, command C, r command.Request) (DoneJSONResponse, error) {
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

// keyOf is an idempotency key as it is stored: each subject has keys of its own. No
// key has a space in it, so that what follows the last one is the client's. Where nobody has a name all is.
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

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
