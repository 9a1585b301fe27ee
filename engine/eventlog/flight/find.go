package flight

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
)

// findSQL looks up events by their ids. The database procedure find_flight takes the append lock
// first, so every append that was sent earlier has then committed or failed. find_flight works only
// on the primary: a standby may lack the newest events, and does not allow this lock. find_flight
// returns only events that a promotion of the standby would not lose.
const findSQL = `CALL find_flight($1, NULL, NULL, NULL)`

// Find looks up events by their ids. For each event that is in the log, Find returns its version
// and position. Find also returns the found event with the highest position, as an epoch.Mark.
func (s *Sender) Find(ctx context.Context, ids [][16]byte) (places map[uuid.UUID]encode.Place, last epoch.Mark, err error) {
	var there [][16]byte
	var versions, positions []int64
	err = s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, findSQL, ids).Scan(&there, &versions, &positions)
	})
	if err != nil {
		return nil, last, err
	}
	places = make(map[uuid.UUID]encode.Place, len(there))
	for i, id := range there {
		places[id] = encode.Place{Version: versions[i], Position: positions[i]}
		if positions[i] > last.Position {
			last = epoch.Mark{Position: positions[i], Event: id}
		}
	}
	return places, last, nil
}
