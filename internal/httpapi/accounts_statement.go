package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"example.com/pgcqrs/internal/read/statements"
)

// GetStatement pages by the account's version: a line never moves.
func (s *server) GetStatement(ctx context.Context, request GetStatementRequestObject) (GetStatementResponseObject, error) {
	after, err := cursorOf(request.Params.Cursor, "statement")
	if err != nil {
		return nil, err
	}
	if err := s.await(ctx, "statements", request.Params.MinPosition, request.Params.Prefer); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	found, position, err := s.Accounts.Statements.Lines(ctx, requestOf(ctx).caller.Subject, request.Id, after.Version, limitOf(request.Params.Limit))
	if err = reflects(ctx, request.Params.MinPosition, found.Parked, err); err != nil {
		return nil, at(position, err)
	}
	lines := found.Lines
	body := Statement{Items: make([]StatementLine, len(lines)), ParkedPosition: parkedPosition(found.Parked)}
	for i, line := range lines {
		body.Items[i] = lineOf(line)
	}
	if found.More && len(lines) > 0 {
		body.NextCursor = cursor{Of: "statement", Version: lines[len(lines)-1].Version}.encode()
	}
	return page(requestOf(ctx), body, body.NextCursor, position, request.Params.IfNoneMatch)
}

func lineOf(line statements.Line) StatementLine {
	return StatementLine{
		Position:   strconv.FormatInt(line.Position, 10),
		Version:    line.Version,
		Kind:       StatementLineKind(line.Kind),
		Amount:     line.Amount,
		Balance:    line.Balance,
		Reference:  orNil(line.Reference),
		OccurredAt: line.OccurredAt.UTC(),
	}
}

func (a answer) VisitGetStatementResponse(w http.ResponseWriter) error { return a.write(w) }
