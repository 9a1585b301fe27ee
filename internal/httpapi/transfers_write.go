package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/write/transfer"
)

// RequestTransfer generates the transfer's id. The answer contains only data of the request and of
// the command's result, so that a repeated request gets the same bytes.
func (s *server) RequestTransfer(ctx context.Context, request spec.RequestTransferRequestObject) (spec.RequestTransferResponseObject, error) {
	body := request.Body
	command := transfer.Request{Subject: edge.Subject(ctx), From: body.From, To: body.To, Amount: body.Amount, Reference: orEmpty(body.Reference)}
	demanded := demands(request.Params.IdempotencyKey, nil)
	demanded.NewStream = true
	done, err := handle(ctx, s, s.options.Transfers.Request, uuid.Must(uuid.NewV7()), command, demanded)
	if err != nil {
		return nil, err
	}
	return spec.RequestTransfer202JSONResponse{TransferRequestedJSONResponse: spec.TransferRequestedJSONResponse{
		Body: spec.RequestedTransfer{
			Id: done.Body.Id, Version: done.Body.Version, Position: done.Body.Position,
			From: body.From, To: body.To, Amount: body.Amount, Reference: orNil(command.Reference), Status: spec.TransferIsRequested,
		},
		Headers: spec.TransferRequestedResponseHeaders{
			Location:            "transfers/" + done.Body.Id.String(),
			ETag:                done.Headers.ETag,
			EventPosition:       done.Headers.EventPosition,
			IdempotencyReplayed: done.Headers.IdempotencyReplayed,
		},
	}}, nil
}
