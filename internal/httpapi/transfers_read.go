package httpapi

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/transfers"
)

// GetTransfer returns the transfer, and its version as ETag.
func (s *server) GetTransfer(ctx context.Context, request spec.GetTransferRequestObject) (spec.GetTransferResponseObject, error) {
	params := request.Params
	asked := edge.RowRequest{
		ReadModel: transfers.Name, Stream: request.Id,
		MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch, LastEventID: params.LastEventID,
	}
	a, err := s.stack.LiveRow(ctx, s.options.Feed, asked, func(ctx context.Context) (versions.Row, error) {
		row, position, err := s.options.Transfers.Sent.Get(ctx, edge.Subject(ctx), request.Id)
		return versions.Row{Body: transferOf(row), Tag: edge.VersionTag(row.Version), Position: position, Parked: row.Parked}, err
	})
	return goingOn{a}, err
}

// ListTransfers divides the list into pages by the time of the request and the id, because later
// events never change these two values.
func (s *server) ListTransfers(ctx context.Context, request spec.ListTransfersRequestObject) (spec.ListTransfersResponseObject, error) {
	params := request.Params
	after, err := query.CursorOf(params.Cursor, transfers.Name)
	if err != nil {
		return nil, err
	}
	filter := transfers.Filter{Subject: edge.Subject(ctx), From: params.Account, Limit: query.LimitOf(params.Limit)}
	if params.Cursor != nil {
		filter.After = &transfers.Cursor{Key: after.Key, ID: after.ID}
	}
	asked := edge.ListRequest{ReadModels: []string{transfers.Name}, MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch}
	return list(ctx, s, asked, func(ctx context.Context) (edge.List, error) {
		found, position, err := s.options.Transfers.Sent.List(ctx, filter)
		if filter.After != nil && failure.Class(err) == "22" { // data exception: the key in the cursor is not a time
			return edge.List{}, query.BadCursor()
		}
		body := spec.TransferPage{Items: make([]spec.Transfer, len(found.Transfers)), Incomplete: ifTrue(found.Incomplete)}
		for i, row := range found.Transfers {
			body.Items[i] = listedTransfer(row)
		}
		if next := found.Next; next != nil {
			body.NextCursor = query.Cursor{Of: transfers.Name, Key: next.Key, ID: next.ID}.Encode()
		}
		return edge.List{Body: body, Next: body.NextCursor, Position: position}, err
	})
}

func transferOf(row transfers.Transfer) spec.Transfer {
	return spec.Transfer{
		Id:          row.ID,
		From:        row.From,
		To:          row.To,
		Amount:      row.Amount,
		Currency:    row.Currency,
		Reference:   orNil(row.Reference),
		Status:      spec.TransferStatus(row.Status),
		Code:        orNil(row.Code),
		Version:     row.Version,
		RequestedAt: row.RequestedAt.UTC(),
		UpdatedAt:   row.UpdatedAt.UTC(),
	}
}

// listedTransfer returns a transfer of a list. If the transfer's stream is parked, the transfer has
// the position of the first event that the read model has not applied.
func listedTransfer(row transfers.Transfer) spec.Transfer {
	listed := transferOf(row)
	listed.ParkedPosition = query.ParkedPosition(row.Parked)
	return listed
}

func (a goingOn) VisitGetTransferResponse(w http.ResponseWriter) error  { return a.Write(w) }
func (a answer) VisitListTransfersResponse(w http.ResponseWriter) error { return a.write(w) }
