package eventstore

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// place is where an event lies in the log.
type place struct{ version, position int64 }

// findSQL looks events up by their ids. It takes the append lock first: a flight that took
// off before has landed or failed by then. A standby, which may not have heard, refuses that.
// Events that it finds would survive a promotion.
const findSQL = `CALL find_flight($1, NULL, NULL, NULL)`

// find looks a batch's chains up by their events' ids.
func (s *Store) find(ctx context.Context, batch []*pending) (map[*pending]outcome, error) {
	var ids [][16]byte
	for _, p := range batch {
		for _, event := range p.events {
			ids = append(ids, event.id)
		}
	}
	var there [][16]byte
	var versions, positions []int64
	rests := s.rests()
	err := s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, findSQL, ids).Scan(&there, &versions, &positions)
	})
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]place, len(there))
	var last mark
	for i, id := range there {
		places[id] = place{versions[i], positions[i]}
		if positions[i] > last.position {
			last = mark{positions[i], id}
		}
	}
	s.advance(&basis{epoch: rests.epoch}, last) // beside the marks that there are: nobody has seen them together
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
