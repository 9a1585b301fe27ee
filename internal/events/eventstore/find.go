package eventstore

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
)

// place is where an event lies in the log.
type place struct{ version, position int64 }

// find looks a batch's chains up by their events' ids. It takes the append lock
// first: a flight that took off before has landed or failed by then. It asks for a
// transaction that could write, which a standby refuses: that one may not have heard. What it finds would survive a promotion.
func (s *Store) find(ctx context.Context, batch []*pending) (map[*pending]outcome, error) {
	const sql = `SELECT event_id, version, position, ` + database.AwaitStandby + ` FROM events WHERE event_id = ANY ($1)`
	var ids []uuid.UUID
	for _, p := range batch {
		for _, event := range p.events {
			ids = append(ids, event.id)
		}
	}
	places := make(map[uuid.UUID]place, len(ids))
	flight := &pgx.Batch{}
	flight.Queue(beginSQL + ` READ WRITE`)
	flight.Queue(lockSQL)
	flight.Queue(sql, ids).Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var at place
		_, err := pgx.ForEachRow(rows, []any{&id, &at.version, &at.position, nil}, func() error {
			places[id] = at
			return nil
		})
		return err
	})
	flight.Queue("COMMIT")
	if err := s.transmit(ctx, flight); err != nil {
		return nil, err
	}
	found := make(map[*pending]outcome)
	for _, p := range batch {
		if out, ok := p.locate(places); ok {
			found[p] = out
		}
	}
	return found, nil
}

// locate says where a chain lies in the log. A chain without events is never
// found: its idempotency records are asked for instead.
func (p *pending) locate(places map[uuid.UUID]place) (outcome, bool) {
	if len(p.events) == 0 {
		return outcome{}, false
	}
	before := make([]int64, len(p.streams))
	for i, stream := range p.streams {
		before[i] = stream.expected
	}
	var last place
	for _, event := range p.events {
		at, ok := places[event.id]
		if !ok {
			return outcome{}, false
		}
		before[event.stream], last = at.version-int64(event.seq), at
	}
	return p.landed(before, last.position), true
}
