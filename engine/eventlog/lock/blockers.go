package lock

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Blockers watches the session that holds the append lock, for at most half of the time HoldFor. If
// other sessions block the watched session, Blockers returns a description of these other sessions.
// If no other session blocks the watched session in that time, Blockers returns "".
func Blockers(ctx context.Context, conn *pgx.Conn) (text string, err error) {
	const sql = `
		SELECT coalesce(' of ' || string_agg(DISTINCT concat(coalesce(nullif(a.application_name, ''), 'a session without a name'), ' of login ' || a.usename,
		       ' (server process ', b.pid, ')'), ', '), '')
		FROM pg_locks l CROSS JOIN LATERAL unnest(pg_blocking_pids(l.pid)) AS b (pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid
		WHERE ` + heldSQL + `
		  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	for began := time.Now(); time.Since(began) < HoldFor/2; {
		if err := conn.QueryRow(ctx, sql).Scan(&text); err != nil {
			return "", fmt.Errorf("look who holds appends up: %w", err)
		}
		if text != "" {
			break
		}
		select {
		case <-ctx.Done():
			return "", nil
		case <-time.After(LookAgain):
		}
	}
	return text, nil
}
