package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// GetFeed answers with the caller's events, or all of them for those who run the service: a page, or an answer
// that goes on.
func (s *server) GetFeed(ctx context.Context, request spec.GetFeedRequestObject) (spec.GetFeedResponseObject, error) {
	form, err := edge.Form(ctx)
	if err != nil {
		return nil, err
	}
	ask, err := s.asked(ctx, form, request.Params)
	if err != nil {
		return nil, err
	}
	if form == live.Page {
		return s.feedPage(ctx, ask, query.LimitOf(request.Params.Limit))
	}
	body := live.Body{Shared: feedEvent}
	if !ask.all {
		body.Owned = s.ownFeedEvent
	}
	answer, err := s.stack.Live(ctx, form, body, ask.until, func() live.Source { return s.options.Feed.Subscribe(ask.topic, ask.types, ask.after) })
	return liveAnswer{answer}, err
}

// asked is what a subscriber asks for.
type asked struct {
	topic ring.Topic
	types feed.Types
	after int64
	until int64 // 0: no end
	all   bool  // the caller may see everybody's events, and nobody's personal data
}

// asked reads what a request asks for. Its position is one that the log has.
func (s *server) asked(ctx context.Context, form live.Form, params spec.GetFeedParams) (asked, error) {
	if form != live.Lines && params.Follow != nil {
		return asked{}, problem.Invalid{{Field: "follow", Rule: new("form"), Detail: "goes with Accept: application/x-ndjson alone"}}
	}
	ask := asked{all: edge.May(ctx, auth.Operate)}
	if params.Type != nil {
		ask.types = *params.Type
	}
	head, err := s.options.Feed.Head(ctx)
	if err != nil {
		return asked{}, err
	}
	whole := params.Follow != nil && *params.Follow == spec.FollowNot
	if whole {
		ask.until = head
	}
	if ask.after, err = s.afterOf(ctx, params, head, form == live.Page || whole); err != nil {
		return asked{}, err
	}
	ask.topic, err = s.topicOf(ctx, params, ask.all)
	return ask, err
}

// topicOf returns the part of the log that a request asks for, and that its caller may see.
func (s *server) topicOf(ctx context.Context, params spec.GetFeedParams, all bool) (ring.Topic, error) {
	switch {
	case params.Stream == nil && all:
		return ring.Topic{}, nil
	case params.Stream == nil:
		return ring.OfSubject(edge.Subject(ctx)), nil
	}
	subject, owned, err := s.options.Feed.OwnerOf(ctx, *params.Stream)
	if err == nil && !all && (!owned || subject != edge.Subject(ctx)) {
		err = event.ErrStreamNotFound
	}
	return ring.OfStream(*params.Stream), err
}

// afterOf returns the position to go on after. One that the log does not have is waited for, as a replica may be behind.
func (s *server) afterOf(ctx context.Context, params spec.GetFeedParams, head int64, fromStart bool) (int64, error) {
	field, text := "after", orEmpty(params.After)
	if params.LastEventID != nil {
		field, text = "Last-Event-ID", *params.LastEventID
	}
	if text == "now" || text == "" && !fromStart {
		return head, nil
	}
	if text == "" {
		return 0, nil
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, problem.Invalid{{Field: field, Rule: new("maximum"), Detail: "must be at most " + strconv.Itoa(math.MaxInt64)}}
	}
	if after <= head {
		return after, nil
	}
	err = s.stack.Await(ctx, "events", &text, nil)
	if errors.Is(err, event.ErrBeyondLog) || errors.Is(err, problem.ErrPositionNotReached) {
		err = problem.ErrPositionAhead
	}
	return after, err
}

// feedPage answers with one page.
func (s *server) feedPage(ctx context.Context, ask asked, limit int) (spec.GetFeedResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, s.stack.QueryTimeout)
	defer cancel()
	found, position, more, err := s.options.Feed.Page(ctx, ask.topic, ask.types, ask.after, limit)
	if err != nil {
		return nil, err
	}
	body := struct {
		Items    []json.RawMessage `json:"items"`
		Position string            `json:"position"`
	}{make([]json.RawMessage, len(found)), strconv.FormatInt(position, 10)}
	for i, e := range found {
		shared, err := feedEvent(e.Recorded)
		if body.Items[i] = shared.Text; err == nil && shared.Personal && !ask.all {
			body.Items[i], err = s.ownFeedEvent(ctx, e.Recorded)
		}
		if err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(body)
	answer := feedPage{body: text, position: body.Position}
	if more {
		answer.next = edge.NextAfter(ctx, body.Position)
	}
	return answer, err
}

// feedPage is a page as it is answered. It is kept nowhere: it may have what is personal.
type feedPage struct {
	body     []byte
	position string
	next     string // link to the next page, if there is one
}

// feedEvent renders an event without what is personal in it.
func feedEvent(e event.Recorded) (ring.Rendered, error) {
	holder, personal := personalIn(e)
	if personal {
		var err error
		e.Data, err = event.WithPersonal(holder, e.Data, func(event.Field, event.Personal) (any, error) {
			return map[string]bool{"personal": true}, nil
		})
		if err != nil {
			return ring.Rendered{}, err
		}
	}
	text, err := json.Marshal(feedEventOf(e))
	return ring.Rendered{Text: text, Personal: personal}, err
}

// personalIn returns an event as one with personal data, if it is.
func personalIn(e event.Recorded) (holder event.PersonalEvent, ok bool) {
	decoded, err := events.DecodeEvent(e.Type, e.SchemaVersion, e.Data)
	if err != nil { // one of another version of the service, whose personal data is encrypted here
		return nil, false
	}
	holder, ok = decoded.(event.PersonalEvent)
	return holder, ok
}

// ownFeedEvent renders an event for its owner.
func (s *server) ownFeedEvent(ctx context.Context, e event.Recorded) ([]byte, error) {
	data, err := s.decrypted(ctx, e, false)
	if err != nil {
		return nil, err
	}
	e.Data = data
	edge.Show(ctx, e.StreamID)
	return json.Marshal(feedEventOf(e))
}

func feedEventOf(e event.Recorded) spec.FeedEvent {
	return spec.FeedEvent{
		Position:   strconv.FormatInt(e.Position, 10),
		StreamType: e.StreamType,
		StreamId:   e.StreamID,
		Version:    e.Version,
		Id:         e.ID,
		Type:       e.Type,
		Data:       e.Data,
		Metadata:   e.Metadata,
		OccurredAt: e.OccurredAt.UTC(),
		RecordedAt: e.RecordedAt.UTC(),
	}
}

func (p feedPage) VisitGetFeedResponse(w http.ResponseWriter) error {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("Event-Position", p.position)
	if p.next != "" {
		header.Set("Link", "<"+p.next+`>; rel="next"`)
	}
	_, err := w.Write(append(p.body, '\n'))
	return err
}

// liveAnswer is an answer that goes on.
type liveAnswer struct{ *live.Answer }

func (a liveAnswer) VisitGetFeedResponse(w http.ResponseWriter) error { return a.Write(w) }
