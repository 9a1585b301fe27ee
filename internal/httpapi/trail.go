package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/internal/httpapi/spec"
)

// GetTrail reads the trail from the log.
func (s *server) GetTrail(ctx context.Context, request spec.GetTrailRequestObject) (spec.GetTrailResponseObject, error) {
	p := request.Params
	a, err := s.stack.Trail(ctx, s.options.Trail, recorded.TrailRequest{Actor: p.Actor, Type: p.Type, Since: p.Since, Until: p.Until, Cursor: p.Cursor, Limit: p.Limit})
	return answer(a), err
}

func (a answer) VisitGetTrailResponse(w http.ResponseWriter) error { return a.write(w) }
