package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// GetTrail reads the trail from the log. GetTrail returns who caused which event, and never the
// data of an event, because an operator need not see the data.
func (s *server) GetTrail(ctx context.Context, request spec.GetTrailRequestObject) (spec.GetTrailResponseObject, error) {
	params := request.Params
	after, err := query.CursorOf(params.Cursor, "trail")
	if err != nil {
		return nil, err
	}
	filter := trail.Filter{Actor: orEmpty(params.Actor), Type: orEmpty(params.Type), After: after.Version, Limit: query.LimitOf(params.Limit)}
	if params.Since != nil {
		filter.Since = *params.Since
	}
	if params.Until != nil {
		filter.Until = *params.Until
	}
	ctx, cancel := context.WithTimeout(ctx, s.stack.QueryTimeout)
	defer cancel()
	entries, next, position, err := s.options.Trail.Entries(ctx, filter)
	if err != nil {
		return nil, problem.At(position, err)
	}
	body := spec.TrailPage{Items: make([]spec.TrailEntry, len(entries))}
	for i, entry := range entries {
		body.Items[i] = entryOf(entry)
	}
	if next > 0 {
		body.NextCursor = query.Cursor{Of: "trail", Version: next}.Encode()
	}
	return page(ctx, body, body.NextCursor, position, nil)
}

func entryOf(e event.Recorded) spec.TrailEntry {
	return spec.TrailEntry{
		Position:      strconv.FormatInt(e.Position, 10),
		Actor:         orNil(e.Metadata.Actor),
		Type:          e.Type,
		StreamType:    e.StreamType,
		StreamId:      e.StreamID,
		Version:       e.Version,
		CommandId:     orNil(e.Metadata.CommandID),
		CorrelationId: orNil(e.Metadata.CorrelationID),
		CausationId:   orNil(e.Metadata.CausationID),
		OccurredAt:    e.OccurredAt.UTC(),
		RecordedAt:    e.RecordedAt.UTC(),
	}
}

func (a answer) VisitGetTrailResponse(w http.ResponseWriter) error { return a.write(w) }
