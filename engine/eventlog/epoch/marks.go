package epoch

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// HoldsSQL is an SQL condition: the log still has all marks of a basis, at the positions $1 with
// the ids $2. No plan of the condition scans the log.
const HoldsSQL = `(SELECT coalesce(bool_and((SELECT e.event_id FROM events e WHERE e.position = m.position) IS NOT DISTINCT FROM m.id), true)
		FROM unnest($1::bigint[], $2::uuid[]) AS m (position, id))`

// ErrMarkLost says that the log went back to an earlier state and lacks an event on which a read
// rests.
var ErrMarkLost = errors.New("the log went back")

// CheckMarks returns ErrMarkLost if the log of the connection lacks a mark of the basis on which a
// read rests, and nil if the log has all of these marks.
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
