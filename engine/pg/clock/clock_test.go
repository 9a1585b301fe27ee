package clock

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A jump by more than a minute is logged once, and Check reports it for an hour. A failed read of
// the server's clock is not reported.
func TestClock(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"a year ahead": 365 * 24 * time.Hour, "a day back": -24 * time.Hour, "61 s": 61 * time.Second, "little": 59 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var said bytes.Buffer
			var off atomic.Int64 // nanoseconds
			var away atomic.Bool
			clock := newWatch(slog.New(slog.NewTextHandler(&said, nil)), nil, func(context.Context) (time.Time, error) {
				if away.Load() {
					return time.Time{}, errors.New("away")
				}
				return time.Now().Add(time.Duration(off.Load())), nil
			})
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				_ = clock.Run(ctx) // Run returns nil
				close(ended)
			}()
			wait := func(d time.Duration) {
				time.Sleep(d) //nolint:forbidigo // synctest fakes the clock
				synctest.Wait()
			}
			wait(5 * time.Second)
			away.Store(true)
			wait(5 * time.Minute)
			away.Store(false)
			wait(5 * time.Second)
			if err := clock.Check(ctx); err != nil || said.Len() > 0 {
				t.Errorf("%s: told of a jump before: %v, %s", name, err, said.String())
			}
			off.Add(int64(jump))
			wait(5 * time.Second)
			err, want := clock.Check(ctx), jump.Abs() > time.Minute
			if GoesOn(err) != want || strings.Count(said.String(), "clock jumped") != map[bool]int{true: 1}[want] {
				t.Errorf("%s: %v, and in the log:\n%s", name, err, said.String())
			}
			wait(time.Hour)
			if err := clock.Check(ctx); err != nil {
				t.Errorf("%s: an hour later: %v", name, err)
			}
			stop()
			<-ended
		})
	}
}
