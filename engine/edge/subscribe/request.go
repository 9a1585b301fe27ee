package subscribe

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// Answer returns the answer to a request, in the form that the client prefers.
func (s *Subscriptions) Answer(ctx context.Context, r Request) (Answer, error) {
	form, err := live.FormOf(request.Of(ctx).Accept)
	if err != nil {
		return nil, err
	}
	a, err := s.read(ctx, form, r)
	if err != nil {
		return nil, err
	}
	request.Of(ctx).AsOperator = a.all
	if form == live.Page {
		return s.page(ctx, a, r.Limit)
	}
	return s.open(ctx, form, a), nil
}

// open returns a streaming answer.
func (s *Subscriptions) open(ctx context.Context, form live.Form, a ask) Answer {
	return s.Answers.New(ctx, form, func() live.Source {
		return live.OfEvents{Subscription: s.Feed.Subscribe(a.topic, a.types, a.after), Body: s.body(a.all), Until: a.until}
	})
}

// OfStream returns a streaming answer with the events of the stream r.Stream. OfStream calls the
// function exists, which checks that the stream is the caller's. If the client prefers a page,
// OfStream returns nil, and the operation itself must answer.
func (s *Subscriptions) OfStream(ctx context.Context, r Request, exists func(ctx context.Context) error) (Answer, error) {
	known := request.Of(ctx)
	form, err := live.FormOf(known.Accept)
	if err != nil {
		return nil, err
	}
	for name := range known.URL.Query() {
		ofPage := !slices.Contains(liveOnly, name)
		if name != "epoch" && ofPage != (form == live.Page) {
			return nil, refused(name, form)
		}
	}
	if form == live.Page {
		return nil, nil //nolint:nilnil // the comment of OfStream says what nil means
	}
	if err := s.Await(ctx, r.MinPosition, r.Prefer); err != nil {
		return nil, err
	}
	if err := exists(ctx); err != nil {
		return nil, err
	}
	a, err := s.read(ctx, form, r)
	if err != nil {
		return nil, err
	}
	a.all = false
	return s.open(ctx, form, a), nil
}

// liveOnly lists the query parameters that OfStream accepts only for a streaming answer.
var liveOnly = []string{"after", "type", "follow"}

// refused returns the error for a parameter that can't be used with this form of the answer.
func refused(name string, form live.Form) error {
	detail := "goes with Accept: application/json alone"
	if form == live.Page {
		detail = "goes with Accept: text/event-stream or application/x-ndjson alone"
	}
	return problem.Invalid{{Field: name, Rule: new("form"), Detail: detail}}
}

// read decodes a Request, and waits until the log has reached the position in the Request.
func (s *Subscriptions) read(ctx context.Context, form live.Form, r Request) (ask, error) {
	if form != live.Lines && r.Follow != nil {
		return ask{}, problem.Invalid{{Field: "follow", Rule: new("form"), Detail: "goes with Accept: application/x-ndjson alone"}}
	}
	a := ask{all: request.Of(ctx).Caller.May(auth.Operate)}
	if form != live.Page && request.Of(ctx).URL.Query().Has("limit") {
		return ask{}, refused("limit", form)
	}
	if r.Types != nil {
		a.types = *r.Types
	}
	head, err := s.head(ctx)
	if err != nil {
		return ask{}, err
	}
	whole := r.Follow != nil && !*r.Follow
	if a.after, err = s.after(ctx, r, head, form == live.Page || whole); err != nil {
		return ask{}, err
	}
	if whole {
		a.until = new(max(head, a.after)) // head was read on a replica, which may have been behind the position of the client
	}
	a.topic, err = s.topic(ctx, r.Stream, a.all)
	return a, err
}

// head returns the position of the last event in the log.
func (s *Subscriptions) head(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	return s.Feed.Head(ctx)
}

// topic returns the part of the log that a request asks for. If the caller may not see that part,
// topic returns an error.
func (s *Subscriptions) topic(ctx context.Context, stream *uuid.UUID, all bool) (ring.Topic, error) {
	caller := request.Of(ctx).Caller.Subject
	switch {
	case stream == nil && all:
		return ring.Topic{}, nil
	case stream == nil:
		return ring.OfSubject(caller), nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	subject, owned, err := s.Feed.OwnerOf(ctx, *stream)
	if err == nil && !all && (!owned || subject != caller) {
		err = event.ErrStreamNotFound
	}
	return ring.OfStream(*stream), err
}

// after returns the position after which the events begin. It waits until the log has reached this
// position, because the log may be read on a replica that is behind the primary.
func (s *Subscriptions) after(ctx context.Context, r Request, head int64, fromStart bool) (int64, error) {
	field, text := "after", ""
	switch {
	case r.LastEventID != nil:
		field, text = "Last-Event-ID", *r.LastEventID
	case r.After != nil:
		text = *r.After
	}
	if text == "now" || text == "" && !fromStart {
		return head, nil
	}
	if text == "" {
		return 0, nil
	}
	after, err := PositionOf(field, text)
	if err != nil || after <= head {
		return after, err
	}
	err = s.Await(ctx, &text, r.Prefer)
	if errors.Is(err, event.ErrBeyondLog) || errors.Is(err, problem.ErrPositionNotReached) {
		err = problem.ErrPositionAhead
	}
	return after, err
}

// PositionOf decodes the position in a field of a request. The contract has already checked that
// the field has only digits.
func PositionOf(field, text string) (int64, error) {
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, problem.Invalid{{Field: field, Rule: new("maximum"), Detail: "must be at most " + strconv.Itoa(math.MaxInt64)}}
	}
	return position, nil
}
