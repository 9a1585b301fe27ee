package edge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/tracing"
)

// RowRequest is a request for one row of a read model, with the headers that the client sent.
type RowRequest struct {
	ReadModel string
	Stream    uuid.UUID // stream to which the row belongs

	MinPosition, Prefer, IfNoneMatch, LastEventID *string
}

// Row answers with a row of a read model, after the read model has reached Min-Position.
func (s *Stack) Row(ctx context.Context, r RowRequest, read versions.Read) (query.Answer, error) {
	row, err := s.row(ctx, r, read)
	if err != nil {
		return query.Answer{}, err
	}
	a := query.Answer{Tag: row.Tag, Position: row.Position, Personal: row.Personal}
	if !query.NoneMatch(r.IfNoneMatch, row.Tag) {
		return a, nil
	}
	if a.Body, err = json.Marshal(row.Body); err != nil {
		return query.Answer{}, fmt.Errorf("encode row: %w", err)
	}
	return a, nil
}

// LiveRow answers as Row does. But if the client prefers text/event-stream, LiveRow answers with
// the row and each later version of the row. The header Last-Event-ID then works as a Min-Position,
// so that no version is older than a version that the client has seen.
func (s *Stack) LiveRow(ctx context.Context, from *feed.Feed, r RowRequest, read versions.Read) (subscribe.Answer, error) {
	goesOn, err := versions.Live(ctx)
	if err != nil {
		return nil, err
	}
	if !goesOn {
		return s.Row(ctx, r, read)
	}
	if err := s.resume(ctx, from, r); err != nil {
		return nil, err
	}
	first, err := s.row(ctx, r, read)
	if err != nil {
		return nil, err
	}
	rows := versions.Rows{Feed: from, Answers: s.answers, Within: s.QueryTimeout, Wait: func(ctx context.Context, position int64) error {
		return s.options.Wait(ctx, r.ReadModel, position)
	}}
	return rows.Answer(ctx, r.Stream, first, read), nil
}

// resume waits until the read model has reached the position in Last-Event-ID.
func (s *Stack) resume(ctx context.Context, from *feed.Feed, r RowRequest) error {
	if r.LastEventID == nil {
		return nil
	}
	position, err := subscribe.PositionOf("Last-Event-ID", *r.LastEventID)
	if err != nil {
		return err
	}
	err = s.Await(ctx, r.ReadModel, r.LastEventID, r.Prefer)
	if errors.Is(err, event.ErrBeyondLog) {
		return problem.ErrPositionAhead
	}
	if errors.Is(err, problem.ErrPositionNotReached) {
		ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
		defer cancel()
		if head, failed := from.Head(ctx); failed == nil && position > head {
			return problem.ErrPositionAhead
		}
	}
	return err
}

// row reads a row that reflects Min-Position.
func (s *Stack) row(ctx context.Context, r RowRequest, read versions.Read) (versions.Row, error) {
	if err := s.Await(ctx, r.ReadModel, r.MinPosition, r.Prefer); err != nil {
		return versions.Row{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	ctx, span := tracing.Child(ctx, "query", r.ReadModel)
	row, err := read(ctx)
	tracing.End(span, failureIn(err))
	if err = Reflects(ctx, r.MinPosition, row.Parked, err); err != nil {
		return versions.Row{}, problem.At(row.Position, err)
	}
	return row, nil
}

// VersionTag returns the entity tag of a row. The tag changes with each version of the row's
// stream.
func VersionTag(version int64) string { return strconv.FormatInt(version, 10) }
