package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/balances"
)

// GetAccount returns the account, and its version as ETag, which clients send as If-Match.
func (s *server) GetAccount(ctx context.Context, request spec.GetAccountRequestObject) (spec.GetAccountResponseObject, error) {
	params := request.Params
	asked := edge.RowRequest{
		ReadModel: "balances", Stream: request.Id,
		MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch, LastEventID: params.LastEventID,
	}
	a, err := s.stack.LiveRow(ctx, s.options.Feed, asked, func(ctx context.Context) (versions.Row, error) {
		row, position, err := s.options.Accounts.Balances.Get(ctx, edge.Subject(ctx), request.Id)
		return versions.Row{Body: accountOf(row), Tag: edge.VersionTag(row.Version), Position: position, Parked: row.Parked}, err
	})
	return goingOn{a}, err
}

// ListAccounts divides the list into pages by the value of the sort column and the id. So the
// database finds each page by an index, even a page far down the list.
func (s *server) ListAccounts(ctx context.Context, request spec.ListAccountsRequestObject) (spec.ListAccountsResponseObject, error) {
	params := request.Params
	filter, err := filterOf(edge.Subject(ctx), params)
	if err != nil {
		return nil, err
	}
	asked := edge.ListRequest{ReadModels: []string{"balances"}, MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch}
	return list(ctx, s, asked, func(ctx context.Context) (edge.List, error) {
		found, position, err := s.options.Accounts.Balances.List(ctx, filter)
		if filter.After != nil && failure.Class(err) == "22" { // data exception: the key in the cursor is not a value of that column
			return edge.List{}, query.BadCursor()
		}
		body := spec.AccountPage{Items: make([]spec.Account, len(found.Accounts)), Incomplete: ifTrue(found.Incomplete)}
		for i, row := range found.Accounts {
			body.Items[i] = listedAccount(row)
		}
		if next := found.Next; next != nil {
			body.NextCursor = query.Cursor{Of: string(filter.Sort), Key: next.Key, ID: next.ID}.Encode()
		}
		return edge.List{Body: body, Next: body.NextCursor, Position: position}, err
	})
}

func filterOf(subject string, params spec.ListAccountsParams) (balances.Filter, error) {
	filter := balances.Filter{
		Subject:  subject,
		Currency: orEmpty(params.Currency),
		Owner:    orEmpty(params.Owner),
		Sort:     balances.Sort(spec.SortOpenedAt),
		Limit:    query.LimitOf(params.Limit),
	}
	if params.Status != nil {
		filter.Status = string(*params.Status)
	}
	if params.Sort != nil {
		filter.Sort = balances.Sort(*params.Sort)
	}
	after, err := query.CursorOf(params.Cursor, string(filter.Sort))
	if err != nil {
		return balances.Filter{}, err
	}
	if params.Cursor != nil {
		filter.After = &balances.Cursor{Key: after.Key, ID: after.ID}
	}
	return filter, nil
}

func idOrNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func accountOf(row balances.Account) spec.Account {
	return spec.Account{
		Id:         row.ID,
		CustomerId: idOrNil(row.CustomerID),
		Owner:      row.Owner,
		Currency:   row.Currency,
		Balance:    row.Balance,
		Status:     spec.Status(row.Status),
		Version:    row.Version,
		OpenedAt:   row.OpenedAt.UTC(),
		UpdatedAt:  row.UpdatedAt.UTC(),
	}
}

// listedAccount returns an account of a list. If the account's stream is parked, the account has
// the position of the first event that the read model has not applied. The answer for a single
// account has this position in a header, and not in its body. The ETag of that answer is the
// account's version. When the stream is parked, the version stays the same, so the body must stay
// the same, too.
func listedAccount(row balances.Account) spec.Account {
	account := accountOf(row)
	account.ParkedPosition = query.ParkedPosition(row.Parked)
	return account
}

func (a goingOn) VisitGetAccountResponse(w http.ResponseWriter) error  { return a.Write(w) }
func (a answer) VisitListAccountsResponse(w http.ResponseWriter) error { return a.write(w) }
