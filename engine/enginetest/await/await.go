package await

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Within bounds everything that must not hang. It is far more than anything takes, even on a busy
// machine.
const Within = time.Minute

// True waits until a condition holds, and fails the test if it never does. It checks again after 5
// ms, and then less and less often, up to every 50 ms: a check may cost a query.
func True(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); {
		waited := time.Since(began)
		if waited > Within {
			t.Fatalf("not within %s: %s", Within, what)
		}
		<-time.After(min(max(waited/20, 5*time.Millisecond), 50*time.Millisecond))
	}
}

// Signal waits for a value on a channel.
func Signal[T any](t testing.TB, what string, signal <-chan T) T {
	t.Helper()
	select {
	case value := <-signal:
		return value
	case <-time.After(Within):
		t.Fatalf("not within %s: %s", Within, what)
		panic("unreachable")
	}
}

// Background runs a function until the test ends, or until stop, which returns the function's
// error. An error before stop fails the test.
func Background(t testing.TB, run func(context.Context) error) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	end := sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	stopped := false
	t.Cleanup(func() {
		if err := end(); err != nil && !stopped {
			t.Errorf("in the background: %v", err)
		}
	})
	return func() error {
		stopped = true
		return end()
	}
}
