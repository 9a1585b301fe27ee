package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// GetFeed answers with the caller's events, or with all events if the caller is an operator of the
// service.
func (s *server) GetFeed(ctx context.Context, request spec.GetFeedRequestObject) (spec.GetFeedResponseObject, error) {
	params := request.Params
	ask := subscribe.Request{
		After: params.After, LastEventID: params.LastEventID, Prefer: params.Prefer,
		Types: params.Type, Stream: params.Stream, Follow: followOf(params.Follow), Limit: query.LimitOf(params.Limit),
	}
	a, err := s.stack.Events(ctx, s.options.Feed, s.options.Keys, ask)
	return goingOn{a}, err
}

func (a goingOn) VisitGetFeedResponse(w http.ResponseWriter) error { return a.Write(w) }

// followOf returns nil if the client did not send the parameter follow.
func followOf(sent *spec.Follow) *bool {
	if sent == nil {
		return nil
	}
	return new(*sent == spec.FollowFollow)
}
