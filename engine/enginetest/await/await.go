package await

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Within is the time limit for everything that must not hang. Within is far longer than anything
// takes, even on a busy machine.
const Within = time.Minute

// True waits until a condition holds. True fails the test if the wait takes longer than Within.
// True checks the condition after 5 ms, and then less and less often, up to every 50 ms, because a
// check may cost a query.
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

// Signal returns the next value of a channel. Signal fails the test if no value arrives before the
// time limit Within.
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

// Background runs a function in a goroutine until the test ends or calls stop. stop returns the
// function's error. If the function returns an error earlier, the test fails.
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
