package subscribe

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/personal/reveal"
)

// Answer is one page of events, or a streaming answer. Write sends the answer to the client.
type Answer interface {
	Write(w http.ResponseWriter) error
}

// Request has the parameters of a request for events, which were already checked against the
// contract. A field is nil if the client has not sent the parameter.
type Request struct {
	After       *string    // position after which events are sent, or "now"
	LastEventID *string    // position that replaces After
	Types       *[]string  // types of the events; account.* stands for all types with this prefix
	Stream      *uuid.UUID // only events of this stream
	Follow      *bool      // whether an answer with lines of JSON continues after the last event of the log
	Limit       int        // maximum number of events on a page
	MinPosition *string    // position that the log must have reached before the answer begins
	Prefer      *string    // how long to wait for a position that the log does not have yet
}

// Subscriptions answers requests for events.
type Subscriptions struct {
	Feed    *feed.Feed
	Answers *live.Answers
	Decode  event.Decode
	Keys    reveal.Keys
	Within  time.Duration // time limit of a page, and of each look-up before a streaming answer

	// Await waits until the log that queries read has reached a position. It returns an error if
	// the log does not reach the position in time.
	Await func(ctx context.Context, position, prefer *string) error
}

// ask is a decoded Request.
type ask struct {
	topic ring.Topic
	types feed.Types
	after int64
	until *int64 // position at which the answer ends; nil: it does not end at a position
	all   bool   // the caller sees all events, and no personal data
}
