package eventstore

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// place is where an event lies in the log.
type place struct{ version, position int64 }

// find looks a batch's appends up by their events' ids. It takes the append lock
// first: a flight that took off before has landed or failed by then.
func (s *Store) find(ctx context.Context, batch []*pending) (map[*pending]events.Appended, error) {
	const sql = `SELECT event_id, version, position FROM events WHERE event_id = ANY ($1)`
	var ids []uuid.UUID
	for _, p := range batch {
		for _, event := range p.events {
			ids = append(ids, event.id)
		}
	}
	places := make(map[uuid.UUID]place, len(ids))
	flight := &pgx.Batch{}
	flight.Queue("BEGIN")
	flight.Queue(lockSQL)
	flight.Queue(sql, ids).Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var at place
		_, err := pgx.ForEachRow(rows, []any{&id, &at.version, &at.position}, func() error {
			places[id] = at
			return nil
		})
		return err
	})
	flight.Queue("COMMIT")
	if err := s.transmit(ctx, flight); err != nil {
		return nil, err
	}
	found := make(map[*pending]events.Appended)
	for _, p := range batch {
		if appended, ok := p.locate(places); ok {
			found[p] = appended
		}
	}
	return found, nil
}

// locate says where an append lies in the log. An append without events is never
// found: its idempotency record is asked for instead.
func (p *pending) locate(places map[uuid.UUID]place) (events.Appended, bool) {
	if len(p.events) == 0 {
		return events.Appended{}, false
	}
	last, ok := places[p.events[len(p.events)-1].id]
	first := p.streams[0]
	version := first.expected
	if first.events > 0 {
		version = places[p.events[first.events-1].id].version
	}
	return events.Appended{StreamID: first.id, Version: version, Position: last.position}, ok
}
