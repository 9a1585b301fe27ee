package recorded

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
)

// Trail answers queries for who did what, from the log; trail.Queries implements it.
type Trail interface {
	Entries(ctx context.Context, filter trail.Filter) (entries []event.Recorded, next, position int64, err error)
}

// TrailRequest has the parameters of a request for a page of the trail. The parameters were already
// checked against the contract. A field is nil if the client has not sent the parameter.
type TrailRequest struct {
	Actor, Type  *string
	Since, Until *time.Time
	Cursor       *string
	Limit        *int
}

// entry is the JSON of an entry of the trail: it says who caused which event. It has the schema
// TrailEntry of the contract. The entry does not contain the event's data, because an operator need
// not see the data.
type entry struct {
	Position      string    `json:"position"`
	Actor         string    `json:"actor,omitempty"`
	Type          string    `json:"type"`
	StreamType    string    `json:"stream_type"`
	StreamID      uuid.UUID `json:"stream_id"`
	Version       int64     `json:"version"`
	CommandID     string    `json:"command_id,omitempty"`
	CorrelationID string    `json:"correlation_id,omitempty"`
	CausationID   string    `json:"causation_id,omitempty"`
	OccurredAt    time.Time `json:"occurred_at"`
	RecordedAt    time.Time `json:"recorded_at"`
}

// PageOf answers a request for a page of the trail.
func PageOf(ctx context.Context, t Trail, r TrailRequest) (query.Answer, error) {
	after, err := query.CursorOf(r.Cursor, "trail")
	if err != nil {
		return query.Answer{}, err
	}
	filter := trail.Filter{Actor: orZero(r.Actor), Type: orZero(r.Type), Since: orZero(r.Since), Until: orZero(r.Until), After: after.Version, Limit: query.LimitOf(r.Limit)}
	entries, last, position, err := t.Entries(ctx, filter)
	if err != nil {
		return query.Answer{}, problem.At(position, err)
	}
	body := struct {
		Items []entry `json:"items"`
		Next  *string `json:"next_cursor,omitempty"`
	}{Items: make([]entry, len(entries))}
	for i, e := range entries {
		body.Items[i] = entry{
			strconv.FormatInt(e.Position, 10), e.Metadata.Actor, e.Type, e.StreamType, e.StreamID, e.Version,
			e.Metadata.CommandID, e.Metadata.CorrelationID, e.Metadata.CausationID, e.OccurredAt.UTC(), e.RecordedAt.UTC(),
		}
	}
	if last > 0 {
		body.Next = query.Cursor{Of: "trail", Version: last}.Encode()
	}
	return query.Page(request.Of(ctx).URL, body, body.Next, position, nil)
}

func orZero[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}
