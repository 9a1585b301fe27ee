package edge

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
)

// Command has a command decided, in CommandTimeout. What it is asked under comes from ctx's request: its key,
// fingerprint and metadata.
func Command[C any](ctx context.Context, s *Stack, by func(context.Context, uuid.UUID, C, command.Request) (command.Result, error), id uuid.UUID, c C, r command.Request) (command.Result, error) {
	request := requestOf(ctx)
	ctx, cancel := context.WithTimeout(ctx, s.CommandTimeout)
	defer cancel()
	r.Fingerprint, r.Metadata = request.fingerprint, request.metadata()
	if r.Key != "" {
		r.Key = keyOf(request.caller, r.Key)
	}
	result, err := by(ctx, id, c, r)
	if err == nil && result.Replayed {
		request.outcome = "replayed"
	}
	return result, err
}

// keyOf is an idempotency key as it is stored: each subject has keys of its own. No
// key has a space in it, so that what follows the last one is the client's. Where nobody has a name all is.
func keyOf(caller auth.Caller, key string) string {
	if caller.Subject == "" {
		return key
	}
	return caller.Subject + " " + key
}
