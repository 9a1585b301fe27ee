package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/recorded"
)

// showTrail returns an answer with a page of the trail. The parameters have the form that the
// contract requires, because the engine has checked the request before.
func (s *server) showTrail(ctx context.Context, r *http.Request) (query.Answer, error) {
	return s.stack.Trail(ctx, s.trail, recorded.TrailRequest{
		Actor: parameter(r, "actor", asIs), Type: parameter(r, "type", asIs), Cursor: parameter(r, "cursor", asIs),
		Since: parameter(r, "since", asTime), Until: parameter(r, "until", asTime), Limit: parameter(r, "limit", strconv.Atoi),
	})
}

// parameter decodes a parameter of the query. The result is nil if the client has not sent the
// parameter.
func parameter[T any](r *http.Request, name string, decode func(text string) (T, error)) *T {
	asked := r.URL.Query()
	if !asked.Has(name) {
		return nil
	}
	value, _ := decode(asked.Get(name))
	return &value
}

func asIs(text string) (string, error)      { return text, nil }
func asTime(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }
