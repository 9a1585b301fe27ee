package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// OverdueAfter is the time after which a flight (a transaction that appends) is overdue. Watch then
// looks for the cause of the delay, and the next flight starts although this flight has not ended.
// Usually, a flight holds the append lock for only some milliseconds.
const OverdueAfter = time.Second

// Watch calls the function free once per interval OverdueAfter. The caller calls Watch at the
// beginning of a flight (a transaction that appends), and calls the returned function stop at the
// end of the flight.
func Watch(ctx context.Context, pool *pgxpool.Pool) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var timer *time.Timer
	ready := make(chan struct{})
	timer = time.AfterFunc(OverdueAfter, func() {
		<-ready
		free(ctx, pool)
		if ctx.Err() == nil {
			timer.Reset(OverdueAfter)
		}
	})
	close(ready)
	return func() {
		cancel()
		timer.Stop()
	}
}

// free interrupts the session that holds the append lock, if the session has run one statement for
// longer than OverdueAfter, or has been idle for longer than OverdueAfter. The session may belong
// to another process. If the session runs a statement, free cancels the statement. If the statement
// has run for more than three times OverdueAfter, or the session is idle, free ends the session.
// free does not interrupt an append that waits for the disk or for a standby, because its COMMIT
// has already begun. To interrupt the session, the login of the pool must have the session's role,
// or the right to signal the session.
func free(ctx context.Context, pool *pgxpool.Pool) {
	const sql = `
		SELECT count(CASE WHEN a.state = 'active' AND a.query_start > clock_timestamp() - 3 * $1::interval THEN pg_cancel_backend(a.pid) ELSE pg_terminate_backend(a.pid) END)
		FROM pg_locks l
		JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = l.database AND a.datname = current_database()
		WHERE ` + heldSQL + `
		  AND greatest(a.state_change, a.query_start) < clock_timestamp() - $1::interval
		  AND (a.wait_event_type IS NULL OR a.wait_event_type IN ('Client', 'Lock', 'Timeout', 'Extension'))`
	ctx, cancel := context.WithTimeout(ctx, OverdueAfter)
	defer cancel()
	_, _ = pool.Exec(ctx, sql, OverdueAfter) // the flight reports the error
}
