package epoch

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// HoldsSQL is a condition: all marks of a basis, at positions $1 with ids $2, are still in the log.
// None of its plans scans the log.
const HoldsSQL = `(SELECT coalesce(bool_and((SELECT e.event_id FROM events e WHERE e.position = m.position) IS NOT DISTINCT FROM m.id), true)
		FROM unnest($1::bigint[], $2::uuid[]) AS m (position, id))`

// ErrMarkLost says that a read rests on events of a log that went back.
var ErrMarkLost = errors.New("the log went back")

// CheckMarks returns ErrMarkLost if the connection's log is not the one on which a read rests.
func CheckMarks(ctx context.Context, conn *pgx.Conn, rests *Basis) error {
	if len(rests.IDs) == 0 {
		return nil
	}
	var holds bool
	if err := conn.QueryRow(ctx, `SELECT `+HoldsSQL, rests.Positions, rests.IDs).Scan(&holds); err != nil {
		return fmt.Errorf("look for what was read before: %w", fate.Unavailable(err))
	}
	if !holds {
		return ErrMarkLost
	}
	return nil
}
