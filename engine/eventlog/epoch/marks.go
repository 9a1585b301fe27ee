package epoch

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// HoldsSQL is an SQL condition that is true if the log still contains the given events (marks),
// which this process has seen. The parameter $1 has their positions, and $2 has their ids. The
// condition never makes the server scan the whole log.
const HoldsSQL = `(SELECT coalesce(bool_and((SELECT e.event_id FROM events e WHERE e.position = m.position) IS NOT DISTINCT FROM m.id), true)
		FROM unnest($1::bigint[], $2::uuid[]) AS m (position, id))`

// ErrMarkLost says that the log went back to an earlier state: the log lacks an event that this
// process had seen before the read.
var ErrMarkLost = errors.New("the log went back")

// CheckMarks reads the log on the given connection. CheckMarks returns nil if the log has all
// events (marks) of the given Basis, and ErrMarkLost if one is missing.
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
