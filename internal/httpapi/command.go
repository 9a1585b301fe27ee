package httpapi

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// demands returns the idempotency key and the expected version from the headers of a command.
func demands(key, ifMatch *string) command.Request {
	return command.Request{IfMatch: query.PreconditionOf(ifMatch), Key: orEmpty(key)}
}

// handle executes a command. The answer has the new version of the command's stream, and the
// position of the command's last event. The answer depends only on the result of the command, so
// that a repeated command gets the same bytes.
func handle[C any](ctx context.Context, s *server, by func(context.Context, uuid.UUID, C, command.Request) (command.Result, error), id uuid.UUID, command C, r command.Request) (spec.DoneJSONResponse, error) {
	result, err := edge.Command(ctx, s.stack, by, id, command, r)
	if err != nil {
		return spec.DoneJSONResponse{}, err
	}
	position := strconv.FormatInt(result.Position, 10)
	done := spec.DoneJSONResponse{
		Body:    spec.CommandAnswer{Id: result.StreamID, Version: result.Version, Position: position},
		Headers: spec.DoneResponseHeaders{ETag: strconv.Quote(strconv.FormatInt(result.Version, 10)), EventPosition: position},
	}
	if result.Replayed {
		done.Headers.IdempotencyReplayed = new("true")
	}
	return done, nil
}
