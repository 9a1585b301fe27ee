package baselines

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// By how many events the slowest projection is behind; and, where that is further, the
// linker or the relay.
const (
	lagSQL = `
SELECT (SELECT coalesce(max(position), 0) FROM events) - (SELECT coalesce(min(position), 0) FROM checkpoints)`
	chainLagSQL = `
SELECT greatest((` + lagSQL + `), (SELECT coalesce(max(position), 0) FROM events) - (SELECT coalesce(max(position), 0) FROM chain_links))`
	relayLagSQL = `
SELECT greatest((` + lagSQL + `), (SELECT coalesce(max(position), 0) FROM events) - coalesce((SELECT min(position) FROM outbox) - 1, (SELECT max(position) FROM events), 0))`
)

// lagWatch looks at the lag while a load runs.
type lagWatch struct {
	cancel     context.CancelFunc
	working    sync.WaitGroup
	most, last float64
}

func (b *bench) watchLag(ctx context.Context, on base, sql string) *lagWatch {
	ctx, cancel := context.WithCancel(ctx)
	w := &lagWatch{cancel: cancel}
	w.working.Go(func() {
		_ = b.eachTick(ctx, on, sql, func(lag float64) bool { // a lag that was not seen shows as none
			w.most, w.last = max(w.most, lag), lag
			return false
		})
	})
	return w
}

func (w *lagWatch) stop() *lagWatch {
	w.cancel()
	w.working.Wait()
	return w
}

// eachTick reads the lag again and again until enough.
func (b *bench) eachTick(ctx context.Context, on base, sql string, enough func(lag float64) bool) error {
	return b.sql(ctx, on.owner, func(conn *pgx.Conn) error {
		tick := time.NewTicker(25 * time.Millisecond)
		defer tick.Stop()
		for {
			var lag float64
			if err := conn.QueryRow(ctx, sql).Scan(&lag); err != nil {
				return fmt.Errorf("read lag: %w", err)
			}
			if enough(lag) {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
		}
	})
}

// caughtUp returns when every projection is at the head of the log.
func (b *bench) caughtUp(ctx context.Context, on base) error {
	_, err := b.drained(ctx, on, lagSQL)
	return err
}

// drained says how long it took until nothing was behind.
func (b *bench) drained(ctx context.Context, on base, sql string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	begun := time.Now()
	err := b.eachTick(ctx, on, sql, func(lag float64) bool { return lag == 0 })
	return time.Since(begun), err
}
