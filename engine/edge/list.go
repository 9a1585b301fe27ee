package edge

import (
	"context"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/tracing"
)

// ListRequest is a request for a page of a list, with the headers that the client sent.
type ListRequest struct {
	ReadModels []string // the read models that the list is read from

	MinPosition, Prefer, IfNoneMatch *string
}

// readModel returns the first read model of the list, for the name of a span.
func (r ListRequest) readModel() string {
	if len(r.ReadModels) == 0 {
		return "list"
	}
	return r.ReadModels[0]
}

// List is one page of a list, together with the data for an answer's headers.
type List struct {
	Body     any     // the page, which is encoded as JSON
	Next     *string // cursor of the next page; nil: there is none
	Position int64   // position that the page reflects
	Parked   int64   // if the list is about one stream: position at which the read model has parked it; 0: not parked
	Personal bool    // whether the page has personal data, so that no cache may store it
}

// List answers with a page of a list, after the read models in r have reached Min-Position. List
// calls the function read, within the time limit QueryTimeout. Even if read fails, it may set
// List.Position to the position up to which it has read.
func (s *Stack) List(ctx context.Context, r ListRequest, read func(ctx context.Context) (List, error)) (query.Answer, error) {
	for _, readModel := range r.ReadModels {
		if err := s.Await(ctx, readModel, r.MinPosition, r.Prefer); err != nil {
			return query.Answer{}, err
		}
	}
	within, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	within, span := tracing.Child(within, "query", r.readModel())
	list, err := read(within)
	tracing.End(span, failureIn(err))
	if err = Reflects(ctx, r.MinPosition, list.Parked, err); err != nil {
		return query.Answer{}, problem.At(list.Position, err)
	}
	a, err := query.Page(request.Of(ctx).URL, list.Body, list.Next, list.Position, r.IfNoneMatch)
	a.Personal = list.Personal
	return a, err
}
