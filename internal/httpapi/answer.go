package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/subscribe"
)

// answer is the response to a query. For each query operation, the generated server calls a method
// of the response, such as VisitListAccountsResponse.
type answer query.Answer

func (a answer) write(w http.ResponseWriter) error { return query.Answer(a).Write(w) }

// goingOn is the response to a query. The response may continue with events that are appended after
// the request.
type goingOn struct{ subscribe.Answer }

// list answers with a page of a list: see edge.Stack.List.
func list(ctx context.Context, s *server, r edge.ListRequest, read func(ctx context.Context) (edge.List, error)) (answer, error) {
	a, err := s.stack.List(ctx, r, read)
	return answer(a), err
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// ifTrue returns nil instead of false, so that the JSON of the answer omits the field.
func ifTrue(holds bool) *bool {
	if !holds {
		return nil
	}
	return &holds
}
