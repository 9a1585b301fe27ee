package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// OverdueAfter is how long a flight may take before Watch looks for the cause of the delay, and
// before the next flight starts. A flight usually has the append lock for milliseconds.
const OverdueAfter = time.Second

// Watch calls the function free while a flight runs: first OverdueAfter after the call of Watch,
// then again after each OverdueAfter, until the caller calls stop.
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

// free ends whatever has held the append lock for longer than OverdueAfter, in any process. free
// cancels a statement that waits or computes, and ends its session if the cancel does not help.
// free ends at once an idle session that has taken the lock by itself. A flight that waits for the
// disk or for a standby has done its work and is left alone. free needs the role of the lock's
// holder, or the right to signal the holder's session.
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
