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
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/personal/reveal"
	"example.com/pgcqrs/engine/tracing"
)

// Fail answers a request with the problem details (RFC 9457) of an error.
func (s *Stack) Fail(w http.ResponseWriter, r *http.Request, err error) { s.failures.Fail(w, r, err) }

// FailBinding answers a request that the generated code can't decode, although the request conforms
// to the contract.
func (s *Stack) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	s.failures.FailBinding(w, r, err)
}

// Await waits until the read model has reached the position in the header Min-Position, and then
// returns nil. If the read model does not reach the position within the time that the header Prefer
// allows, Await returns problem.ErrPositionNotReached. If minPosition is nil, Await returns nil
// immediately.
func (s *Stack) Await(ctx context.Context, readModel string, minPosition, prefer *string) error {
	return s.positions.Await(ctx, readModel, minPosition, prefer)
}

// Events answers a request for events with the caller's own events, or with all events for a caller
// with the scope operate: see subscribe.Subscriptions.
func (s *Stack) Events(ctx context.Context, from *feed.Feed, keys reveal.Keys, r subscribe.Request) (subscribe.Answer, error) {
	return s.subscriptions(from, keys).Answer(ctx, r)
}

// StreamEvents answers with the events of the stream r.Stream as they happen. If the client prefers
// a page, StreamEvents returns nil, and the operation itself must answer. StreamEvents calls the
// function exists. This function must return an error if the stream is not the caller's, or has
// another type than the operation requires.
func (s *Stack) StreamEvents(ctx context.Context, from *feed.Feed, keys reveal.Keys, r subscribe.Request, exists func(ctx context.Context) error) (subscribe.Answer, error) {
	return s.subscriptions(from, keys).OfStream(ctx, r, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
		defer cancel()
		return exists(ctx)
	})
}

func (s *Stack) subscriptions(from *feed.Feed, keys reveal.Keys) *subscribe.Subscriptions {
	return &subscribe.Subscriptions{
		Feed: from, Answers: s.answers, Decode: s.options.Decode, Keys: keys, Within: s.QueryTimeout,
		Await: func(ctx context.Context, position, prefer *string) error {
			return s.Await(ctx, "events", position, prefer)
		},
	}
}

// Trail answers a request for a page of the trail, within the time limit QueryTimeout.
func (s *Stack) Trail(ctx context.Context, from recorded.Trail, r recorded.TrailRequest) (query.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	ctx, span := tracing.Child(ctx, "query", "trail")
	page, err := recorded.PageOf(ctx, from, r)
	tracing.End(span, failureIn(err))
	return page, err
}

// failureIn returns the error of a query for its span. If there is nothing with the id that the
// client sent, the query has not failed, and failureIn returns nil.
func failureIn(err error) error {
	if errors.Is(err, event.ErrStreamNotFound) {
		return nil
	}
	return err
}

// InEpoch compares a query's epoch with the log's epoch again after the query has read (see
// epoch.Guard.InEpoch).
func (s *Stack) InEpoch(next epoch.Operation) epoch.Operation { return s.epochs.InEpoch(next) }

// Command calls the function by, which executes a command, with the time limit CommandTimeout.
// Command takes the subject, the fingerprint and the metadata from the Request in ctx.
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

// keyOf returns an idempotency key as it is stored: the caller's subject, a space and the client's
// key. Two subjects can therefore use the same key. A client's key contains no space, so the text
// after the last space is the client's key. If the caller has no subject, keyOf returns the
// client's key alone.
func keyOf(caller auth.Caller, key string) string {
	if caller.Subject == "" {
		return key
	}
	return caller.Subject + " " + key
}

// Reflects returns the error of a query for one stream, or nil. The parameter parked is the
// position at which the read model has parked the stream, or 0 if the stream is not parked. If
// Min-Position is at or after this position, the read model's row is too old, and Reflects returns
// problem.ErrParked. Otherwise the answer for a parked stream gets the header Parked-Position.
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

// Show records that the answer shows personal data of a stream. The log line about reads of
// personal data names the stream.
func Show(ctx context.Context, id uuid.UUID) { request.Of(ctx).Show(id) }

// Subject returns the caller's subject, or "" if AUTH=off.
func Subject(ctx context.Context) string { return request.Of(ctx).Caller.Subject }
