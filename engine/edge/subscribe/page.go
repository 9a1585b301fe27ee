package subscribe

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
)

// page is an answer with one page of events. Clients must not store the page, because it may have
// personal data.
type page struct {
	Items    []json.RawMessage `json:"items"`
	Position string            `json:"position"` // position after which the next page begins
	next     string            // link to the next page; "": there is no next page
}

// page reads one page of events within the time limit Within, and renders the events for the caller.
func (s *Subscriptions) page(ctx context.Context, a ask, limit int) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	found, position, more, err := s.Feed.Page(ctx, a.topic, a.types, a.after, limit)
	if err != nil {
		return nil, err
	}
	body, p := s.body(a.all), page{Items: make([]json.RawMessage, len(found)), Position: strconv.FormatInt(position, 10)}
	for i, e := range found {
		shared, err := body.Shared(e.Recorded)
		if p.Items[i] = shared.Text; err == nil && shared.Personal && body.Owned != nil {
			p.Items[i], err = body.Owned(ctx, e.Recorded)
		}
		if err != nil {
			return nil, err
		}
	}
	if more {
		p.next = query.NextLink(request.Of(ctx).URL, "after", p.Position)
	}
	return p, nil
}

// Write writes the page as the answer to the request.
func (p page) Write(w http.ResponseWriter) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("Event-Position", p.Position)
	if p.next != "" {
		header.Set("Link", "<"+p.next+`>; rel="next"`)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
