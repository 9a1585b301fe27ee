package httpapi

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/edge/subscribe"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
)

// GetEvents reads the log, because no read model stores all events.
func (s *server) GetEvents(ctx context.Context, request spec.GetEventsRequestObject) (spec.GetEventsResponseObject, error) {
	params := request.Params
	ask := subscribe.Request{
		After: params.After, LastEventID: params.LastEventID, MinPosition: params.MinPosition, Prefer: params.Prefer,
		Types: params.Type, Stream: &request.Id, Follow: followOf(params.Follow),
	}
	a, err := s.stack.StreamEvents(ctx, s.options.Feed, s.options.Keys, ask, func(ctx context.Context) error {
		_, _, _, err := s.options.Accounts.History.Events(ctx, edge.Subject(ctx), request.Id, 0, 1, history.Until{})
		return err
	})
	if a != nil || err != nil {
		return goingOn{a}, err
	}
	return s.eventPage(ctx, request)
}

// eventPage returns a page of an account's events.
func (s *server) eventPage(ctx context.Context, request spec.GetEventsRequestObject) (spec.GetEventsResponseObject, error) {
	params, until := request.Params, untilOf(request.Params)
	after, err := query.CursorOf(params.Cursor, "events")
	if err != nil {
		return nil, err
	}
	asked := edge.ListRequest{ReadModels: []string{"events"}, MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch}
	a, err := s.stack.List(ctx, asked, func(ctx context.Context) (edge.List, error) {
		items, more, position, err := s.options.Accounts.History.Events(ctx, edge.Subject(ctx), request.Id, after.Version, query.LimitOf(params.Limit), until)
		if err != nil {
			return edge.List{Position: position}, err
		}
		body := eventPage{Items: recorded.All(items)}
		if more && len(items) > 0 {
			body.NextCursor = query.Cursor{Of: "events", Version: items[len(items)-1].Version}.Encode()
		}
		body.State, err = s.state(ctx, request.Id, until)
		return edge.List{Body: body, Next: body.NextCursor, Position: position}, err
	})
	return goingOn{a}, err
}

// eventPage has the fields of the schema EventPage in the contract.
type eventPage struct {
	Items      []recorded.Event `json:"items"`
	NextCursor *string          `json:"next_cursor,omitempty"`
	State      *spec.Account    `json:"state,omitempty"`
}

// state returns the account at the requested earlier time or version. If the request names neither
// a time nor a version, state returns nil.
func (s *server) state(ctx context.Context, id uuid.UUID, until history.Until) (*spec.Account, error) {
	if until == (history.Until{}) {
		return nil, nil
	}
	then, err := s.options.Accounts.History.State(ctx, edge.Subject(ctx), id, until)
	if err != nil {
		return nil, err
	}
	return new(accountOf(balances.Account{
		ID: then.ID, Subject: then.Subject, CustomerID: then.CustomerID, Owner: then.Owner, Currency: then.Currency,
		Balance: then.Balance, Status: then.Status, Version: then.Version, OpenedAt: then.OpenedAt, UpdatedAt: then.UpdatedAt,
	})), nil
}

func untilOf(params spec.GetEventsParams) history.Until {
	var until history.Until
	if params.Version != nil {
		until.Version = *params.Version
	}
	if params.At != nil {
		until.At = *params.At
	}
	return until
}

func (a goingOn) VisitGetEventsResponse(w http.ResponseWriter) error { return a.Write(w) }
