package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// shown is the JSON of a tank in an answer.
type shown struct {
	ID      uuid.UUID `json:"id"`
	Place   string    `json:"place"`
	Unit    string    `json:"unit"`
	Level   int64     `json:"level"`
	Status  string    `json:"status"`
	Version int64     `json:"version"`
	Changed time.Time `json:"updated_at"`
	Parked  *string   `json:"parked_position,omitempty"`
}

// one returns an answer with one tank, after the read model has reached the position that the
// client requires. If a projection could not apply the first event of a tank, the read model has no
// row of that tank.
func (s *server) one(ctx context.Context, r *http.Request) (query.Answer, error) {
	asked := edge.RowRequest{
		ReadModel: tank.Levels.Name, Stream: idOf(r),
		MinPosition: headerOf(r, "Min-Position"), Prefer: headerOf(r, "Prefer"), IfNoneMatch: headerOf(r, "If-None-Match"),
	}
	return s.stack.Row(ctx, asked, func(ctx context.Context) (versions.Row, error) {
		all, position, err := s.levels(ctx, `SELECT $1::uuid AS id, l.* FROM (VALUES (1)) one LEFT JOIN levels l ON l.tank_id = $1`, idOf(r))
		if err != nil {
			return versions.Row{}, err
		}
		row := all.items[0]
		if row.Version == 0 {
			err = event.ErrStreamNotFound
		}
		return versions.Row{Body: row, Tag: edge.VersionTag(row.Version), Position: position, Parked: all.parked[0]}, err
	})
}

// list returns an answer with the first page of tanks, ordered by place.
func (s *server) list(ctx context.Context, r *http.Request) (query.Answer, error) {
	asked := edge.ListRequest{
		ReadModels:  []string{tank.Levels.Name},
		MinPosition: headerOf(r, "Min-Position"), Prefer: headerOf(r, "Prefer"), IfNoneMatch: headerOf(r, "If-None-Match"),
	}
	return s.stack.List(ctx, asked, func(ctx context.Context) (edge.List, error) {
		all, position, err := s.levels(ctx, `SELECT l.tank_id AS id, l.* FROM (VALUES (1)) one LEFT JOIN levels l ON true ORDER BY l.place, l.tank_id LIMIT 200`)
		if err != nil {
			return edge.List{}, err
		}
		items := []shown{}
		for i, item := range all.items {
			if item.Version > 0 {
				item.Parked = query.ParkedPosition(all.parked[i])
				items = append(items, item)
			}
		}
		body := map[string]any{"items": items}
		if all.incomplete {
			body["incomplete"] = true
		}
		return edge.List{Body: body, Position: position}, nil
	})
}

// levelRows has the rows of a query of tanks. For each tank, the field parked has the position of
// the event that the read model could not apply. If the read model has applied all events of the
// tank, parked is 0.
type levelRows struct {
	items      []shown
	parked     []int64
	incomplete bool // whether any tank is parked
}

// levels reads tanks by an SQL query, which must return at least one row. The same statement reads
// the position of the log up to which the rows are current.
func (s *server) levels(ctx context.Context, tanks string, args ...any) (all levelRows, position int64, err error) {
	rows, err := s.on.Reads.Query(ctx, `
		SELECT c.position, EXISTS (SELECT FROM parked_streams WHERE projection = 'levels'), coalesce(k.position, 0),
		       l.id, coalesce(l.place, ''), coalesce(l.unit, ''), coalesce(l.level, 0), coalesce(l.version, 0), l.changed_at
		FROM checkpoints c CROSS JOIN (`+tanks+`) l LEFT JOIN parked_streams k ON k.projection = 'levels' AND k.stream_id = l.id
		WHERE c.projection = 'levels' AND c.built_at IS NOT NULL ORDER BY l.place, l.id`, args...)
	if err != nil {
		return all, 0, fmt.Errorf("read levels: %w", err)
	}
	row := shown{Status: "open"}
	var id pgtype.UUID
	var changed pgtype.Timestamptz
	var parked int64
	tag, err := pgx.ForEachRow(rows, []any{&position, &all.incomplete, &parked, &id, &row.Place, &row.Unit, &row.Level, &row.Version, &changed}, func() error {
		row.ID, row.Changed = id.Bytes, changed.Time.UTC()
		all.items, all.parked = append(all.items, row), append(all.parked, parked)
		return nil
	})
	switch {
	case err != nil:
		return all, 0, fmt.Errorf("read levels: %w", err)
	case tag.RowsAffected() == 0:
		return all, 0, event.ErrNotBuilt
	}
	return all, position, nil
}
