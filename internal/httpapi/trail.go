package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
)

// GetAudit reads the log as the trail that it is. It shows who and what, never the
// data of an event: who runs the service need not see that.
func (s *server) GetAudit(ctx context.Context, request GetAuditRequestObject) (GetAuditResponseObject, error) {
	params := request.Params
	after, err := cursorOf(params.Cursor, "audit")
	if err != nil {
		return nil, err
	}
	filter := trail.Filter{Actor: orEmpty(params.Actor), Type: orEmpty(params.Type), After: after.Version, Limit: limitOf(params.Limit)}
	if params.Since != nil {
		filter.Since = *params.Since
	}
	if params.Until != nil {
		filter.Until = *params.Until
	}
	ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	entries, next, position, err := s.Trail.Entries(ctx, filter)
	if err != nil {
		return nil, at(position, err)
	}
	body := AuditPage{Items: make([]AuditEntry, len(entries))}
	for i, entry := range entries {
		body.Items[i] = entryOf(entry)
	}
	if next > 0 {
		body.NextCursor = cursor{Of: "audit", Version: next}.encode()
	}
	return page(requestOf(ctx), body, body.NextCursor, position, nil)
}

func entryOf(e event.Recorded) AuditEntry {
	return AuditEntry{
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

func (a answer) VisitGetAuditResponse(w http.ResponseWriter) error { return a.write(w) }
