package edge

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge/epoch"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
)

// Fail answers with an error.
func (s *Stack) Fail(w http.ResponseWriter, r *http.Request, err error) { s.failures.Fail(w, r, err) }

// FailBinding answers a request that passed the contract but that the generated code can't read.
func (s *Stack) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	s.failures.FailBinding(w, r, err)
}

// Await returns nil once the read model is at Min-Position, or problem.ErrPositionNotReached when
// the time that Prefer allows is up.
func (s *Stack) Await(ctx context.Context, readModel string, minPosition, prefer *string) error {
	return s.positions.Await(ctx, readModel, minPosition, prefer)
}

// Events answers a request for events with the caller's own, or with all for a caller with the scope
// operate: see subscribe.Subscriptions.
func (s *Stack) Events(ctx context.Context, from *feed.Feed, keys subscribe.Keys, r subscribe.Request) (subscribe.Answer, error) {
	subscriptions := subscribe.Subscriptions{
		Feed: from, Answers: s.answers, Decode: s.options.Decode, Keys: keys,
		Await: func(ctx context.Context, position string) error { return s.Await(ctx, "events", &position, nil) },
	}
	return subscriptions.Answer(ctx, r)
}

// InEpoch compares a query's Log-Epoch with the log's again, once the query has read: see
// epoch.Guard.InEpoch.
func (s *Stack) InEpoch(next epoch.Operation) epoch.Operation { return s.epochs.InEpoch(next) }

// Command decides a command within CommandTimeout. The key, fingerprint and metadata are those of
// ctx's request.
func Command[C any](ctx context.Context, s *Stack, by func(context.Context, uuid.UUID, C, command.Request) (command.Result, error), id uuid.UUID, c C, r command.Request) (command.Result, error) {
	known := request.Of(ctx)
	ctx, cancel := context.WithTimeout(ctx, s.CommandTimeout)
	defer cancel()
	r.Fingerprint, r.Metadata = known.Fingerprint, known.Metadata()
	if r.Key != "" {
		r.Key = keyOf(known.Caller, r.Key)
	}
	result, err := by(ctx, id, c, r)
	if err == nil && result.Replayed {
		known.Outcome = "replayed"
	}
	return result, err
}

// keyOf returns an idempotency key as it is stored, with the caller's subject before it, so that
// each subject has keys of its own. A key has no space in it, so what follows the last space is the
// client's key. If the caller has no name, it is the client's key alone.
func keyOf(caller auth.Caller, key string) string {
	if caller.Subject == "" {
		return key
	}
	return caller.Subject + " " + key
}

// Reflects returns the error of a query for one stream, or problem.ErrParked if the read model has
// parked the stream at Min-Position or before it, so that its row is older. A read without
// Min-Position learns from Parked-Position where the stream was parked. parked is 0 for a stream
// that is not parked.
func Reflects(ctx context.Context, minPosition *string, parked int64, err error) error {
	if parked == 0 || err != nil && !errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	if minPosition != nil {
		if position, bad := strconv.ParseInt(*minPosition, 10, 64); bad != nil || position >= parked {
			return problem.ErrParked
		}
	}
	request.Of(ctx).Answer.Set("Parked-Position", strconv.FormatInt(parked, 10))
	return err
}

// Show notes that the answer shows personal data of a stream.
func Show(ctx context.Context, id uuid.UUID) { request.Of(ctx).Show(id) }

// Subject returns the caller's subject, or "" where callers have no name.
func Subject(ctx context.Context) string { return request.Of(ctx).Caller.Subject }

// Page turns a list's body into its answer, with a link to the next page.
func Page(ctx context.Context, body any, next *string, position int64, ifNoneMatch *string) (query.Answer, error) {
	return query.Page(request.Of(ctx).URL, body, next, position, ifNoneMatch)
}
