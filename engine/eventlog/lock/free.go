package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// OverdueAfter is how long a flight may take before Watch looks for what delays it, and before the
// next flight goes. A flight has the lock for milliseconds.
const OverdueAfter = time.Second

// Watch frees the append lock now and then while a flight is overdue, until stop.
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

// free ends what has kept the append lock for longer than OverdueAfter, in any process: a statement
// that waits or computes, by a cancel, and then its session if that does not help; a session that
// has taken the lock itself and is idle, at once. A flight that waits for the disk or a standby has
// done its work and is left alone. free needs the role of the lock's holder, or the right to signal
// it.
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
	_, _ = pool.Exec(ctx, sql, OverdueAfter) // the flight reports what is wrong
}
