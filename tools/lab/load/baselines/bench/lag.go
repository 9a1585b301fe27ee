package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
)

// LagSQL returns the lag of the slowest projection, which is the number of events in the log that
// this projection has not applied yet. ChainLagSQL returns the larger of the lag of the slowest
// projection and the lag of the linker of the hash chain. RelayLagSQL returns the larger of the lag
// of the slowest projection and the lag of the outbox relay.
const (
	LagSQL = `
SELECT (SELECT coalesce(max(position), 0) FROM events) - (SELECT coalesce(min(position), 0) FROM checkpoints)`
	ChainLagSQL = `
SELECT greatest((` + LagSQL + `), (SELECT coalesce(max(position), 0) FROM events) - (SELECT coalesce(max(position), 0) FROM chain_links))`
	RelayLagSQL = `
SELECT greatest((` + LagSQL + `), (SELECT coalesce(max(position), 0) FROM events) - coalesce((SELECT min(position) FROM outbox) - 1, (SELECT max(position) FROM events), 0))`
)

// lagWatch reads the lag repeatedly during a load, and records the largest and the last value.
type lagWatch struct {
	cancel     context.CancelFunc
	working    sync.WaitGroup
	Most, Last float64
}

func (b *Bench) WatchLag(ctx context.Context, on lab.Base, sql string) *lagWatch {
	ctx, cancel := context.WithCancel(ctx)
	w := &lagWatch{cancel: cancel}
	w.working.Go(func() {
		_ = b.eachTick(ctx, on, sql, func(lag float64) bool { // a lag that could not be read is ignored
			w.Most, w.Last = max(w.Most, lag), lag
			return false
		})
	})
	return w
}

func (w *lagWatch) Stop() *lagWatch {
	w.cancel()
	w.working.Wait()
	return w
}

// eachTick reads the lag every 25 ms. eachTick returns when the function enough returns true for a
// lag.
func (b *Bench) eachTick(ctx context.Context, on lab.Base, sql string, enough func(lag float64) bool) error {
	return b.Lab.SQL(ctx, on.Owner, func(conn *pgx.Conn) error {
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

// CaughtUp returns when every projection has reached the end of the log.
func (b *Bench) CaughtUp(ctx context.Context, on lab.Base) error {
	_, err := b.Drained(ctx, on, LagSQL)
	return err
}

// Drained waits until the lag is 0, and returns how long the wait took.
func (b *Bench) Drained(ctx context.Context, on lab.Base, sql string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	begun := time.Now()
	err := b.eachTick(ctx, on, sql, func(lag float64) bool { return lag == 0 })
	return time.Since(begun), err
}
