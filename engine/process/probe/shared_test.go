package probe

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// If probes arrive while the checks run, they wait for the same run. If a prober goes away, the
// checks go on: a query that is ended would lose its connection to the database.
func TestProbesShareARunOfTheChecks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs, ended atomic.Int32
		finish := make(chan struct{})
		readiness := NewReadiness(quiet, nil, Check{Name: "database", Run: func(ctx context.Context) error {
			runs.Add(1)
			select {
			case <-finish:
			case <-ctx.Done():
				ended.Add(1)
			}
			return nil
		}})
		impatient, leave := context.WithCancel(t.Context())
		var left error
		var probes sync.WaitGroup
		probes.Go(func() { left = readiness.Ready(impatient) })
		synctest.Wait() // the run is that of the impatient prober
		for range 20 {
			probes.Go(func() {
				if err := readiness.Ready(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		if !errors.Is(left, context.Canceled) {
			t.Errorf("the prober that left got %v", left)
		}
		close(finish)
		probes.Wait()
		if runs.Load() != 1 || ended.Load() != 0 {
			t.Errorf("%d runs of the checks, %d ended early", runs.Load(), ended.Load())
		}
		if err := readiness.Ready(t.Context()); err != nil || runs.Load() != 2 {
			t.Errorf("a later probe: %v after %d runs", err, runs.Load())
		}
	})
}
