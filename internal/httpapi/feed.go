package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// GetFeed answers with the caller's events, or with all events for a caller who runs the service.
func (s *server) GetFeed(ctx context.Context, request spec.GetFeedRequestObject) (spec.GetFeedResponseObject, error) {
	params := request.Params
	ask := subscribe.Request{After: params.After, LastEventID: params.LastEventID, Types: params.Type, Stream: params.Stream, Limit: query.LimitOf(params.Limit)}
	if params.Follow != nil {
		ask.Follow = new(*params.Follow == spec.Follow)
	}
	answer, err := s.stack.Events(ctx, s.options.Feed, s.options.Keys, ask)
	return feedAnswer{answer}, err
}

// feedAnswer is a page, or an answer that goes on.
type feedAnswer struct{ subscribe.Answer }

func (a feedAnswer) VisitGetFeedResponse(w http.ResponseWriter) error { return a.Write(w) }
