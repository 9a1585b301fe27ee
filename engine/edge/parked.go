package edge

import (
	"context"
	"errors"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
)

// Reflects returns the error of a query for one stream, or problem.ErrParked where the read model has
// parked the stream at Min-Position or before it: what it has is older. A read that asks for
// nothing newer is told in Parked-Position where that is; parked is 0 for most.
func Reflects(ctx context.Context, minPosition *string, parked int64, err error) error {
	if parked == 0 || err != nil && !errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	if minPosition != nil {
		if position, bad := strconv.ParseInt(*minPosition, 10, 64); bad != nil || position >= parked {
			return problem.ErrParked
		}
	}
	requestOf(ctx).answer.Set("Parked-Position", strconv.FormatInt(parked, 10))
	return err
}

// Show notes that the answer shows what is personal in a stream.
func Show(ctx context.Context, id uuid.UUID) { requestOf(ctx).show(id) }

// Subject returns who calls, "" where nobody has a name.
func Subject(ctx context.Context) string { return requestOf(ctx).caller.Subject }

// Page turns a list's body into its answer, with a link to the next page.
func Page(ctx context.Context, body any, next *string, position int64, ifNoneMatch *string) (query.Answer, error) {
	return query.Page(requestOf(ctx).url, body, next, position, ifNoneMatch)
}
