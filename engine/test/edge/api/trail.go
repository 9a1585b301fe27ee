package main

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
)

// showTrail answers with a list of events. Each entry has the type of the event, its actor and its
// time, but not the data of the event.
func (s *server) showTrail(ctx context.Context, r *http.Request) (query.Answer, error) {
	filter, err := filterOf(r)
	if err != nil {
		return query.Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.stack.QueryTimeout)
	defer cancel()
	entries, after, position, err := s.trail.Entries(ctx, filter)
	if err != nil {
		return query.Answer{}, problem.At(position, err)
	}
	items := make([]map[string]any, len(entries))
	for i, e := range entries {
		items[i] = entryOf(e)
	}
	body := map[string]any{"items": items}
	var next *string
	if after > 0 {
		next = query.Cursor{Of: "trail", Version: after}.Encode()
		body["next_cursor"] = next
	}
	return edge.Page(ctx, body, next, position, nil)
}

// filterOf reads the query parameters that filter the trail. The contract has already checked the
// form of these parameters.
func filterOf(r *http.Request) (trail.Filter, error) {
	asked := r.URL.Query()
	var cursor *string
	if asked.Has("cursor") {
		cursor = new(asked.Get("cursor"))
	}
	after, err := query.CursorOf(cursor, "trail")
	limit, _ := strconv.Atoi(asked.Get("limit"))
	since, _ := time.Parse(time.RFC3339, asked.Get("since"))
	until, _ := time.Parse(time.RFC3339, asked.Get("until"))
	return trail.Filter{
		Actor: asked.Get("actor"), Type: asked.Get("type"), Since: since, Until: until, After: after.Version, Limit: cmp.Or(limit, query.LimitOf(nil)),
	}, err
}

func entryOf(e event.Recorded) map[string]any {
	entry := map[string]any{
		"position": strconv.FormatInt(e.Position, 10), "type": e.Type, "stream_type": e.StreamType, "stream_id": e.StreamID, "version": e.Version,
		"command_id": e.Metadata.CommandID, "correlation_id": e.Metadata.CorrelationID, "causation_id": e.Metadata.CausationID,
		"occurred_at": e.OccurredAt.UTC(), "recorded_at": e.RecordedAt.UTC(),
	}
	if e.Metadata.Actor != "" {
		entry["actor"] = e.Metadata.Actor
	}
	return entry
}
