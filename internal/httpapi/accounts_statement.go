package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/statements"
)

// GetStatement divides the statement into pages by the account's version after each movement,
// because the version of a statement line never changes.
func (s *server) GetStatement(ctx context.Context, request spec.GetStatementRequestObject) (spec.GetStatementResponseObject, error) {
	params := request.Params
	after, err := query.CursorOf(params.Cursor, "statement")
	if err != nil {
		return nil, err
	}
	asked := edge.ListRequest{ReadModels: []string{"statements"}, MinPosition: params.MinPosition, Prefer: params.Prefer, IfNoneMatch: params.IfNoneMatch}
	return list(ctx, s, asked, func(ctx context.Context) (edge.List, error) {
		found, position, err := s.options.Accounts.Statements.Lines(ctx, edge.Subject(ctx), request.Id, after.Version, query.LimitOf(params.Limit))
		lines := found.Lines
		body := spec.Statement{Items: make([]spec.StatementLine, len(lines)), ParkedPosition: query.ParkedPosition(found.Parked)}
		for i, line := range lines {
			body.Items[i] = lineOf(line)
		}
		if found.More && len(lines) > 0 {
			body.NextCursor = query.Cursor{Of: "statement", Version: lines[len(lines)-1].Version}.Encode()
		}
		return edge.List{Body: body, Next: body.NextCursor, Position: position, Parked: found.Parked}, err
	})
}

func lineOf(line statements.Line) spec.StatementLine {
	return spec.StatementLine{
		Position:   strconv.FormatInt(line.Position, 10),
		Version:    line.Version,
		Kind:       spec.StatementLineKind(line.Kind),
		Amount:     line.Amount,
		Balance:    line.Balance,
		Reference:  orNil(line.Reference),
		OccurredAt: line.OccurredAt.UTC(),
	}
}

func (a answer) VisitGetStatementResponse(w http.ResponseWriter) error { return a.write(w) }
