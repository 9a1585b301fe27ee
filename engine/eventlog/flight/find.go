package flight

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
)

// findSQL looks events up by their ids. The procedure find_flight takes the append lock first, so
// that every flight that was sent before has committed or failed by then. A standby, which may lag
// behind, refuses the lock. The events that find_flight returns would survive a promotion.
const findSQL = `CALL find_flight($1, NULL, NULL, NULL)`

// Find looks events up by their ids. Find returns the version and the position of each of these
// events that is in the log, and the last of them as a mark.
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
