package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
)

// answer answers a query, whichever operation it is of: each operation has a Visit method of its
// own.
type answer query.Answer

func (a answer) write(w http.ResponseWriter) error { return query.Answer(a).Write(w) }

// page makes an answer of a list's body.
func page(ctx context.Context, body any, next *string, position int64, ifNoneMatch *string) (answer, error) {
	a, err := edge.Page(ctx, body, next, position, ifNoneMatch)
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

// ifTrue returns nil instead of false, so that the field is absent from the answer.
func ifTrue(holds bool) *bool {
	if !holds {
		return nil
	}
	return &holds
}
