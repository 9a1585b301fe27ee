package await

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Within is the time limit of every wait in a test. Even on a busy machine, a wait takes much less
// time.
const Within = time.Minute

// True waits until the function in the parameter holds returns true. The test fails if this takes
// longer than Within. True waits 5 to 50 ms between two calls of holds, because holds may send a
// query to a database.
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

// Signal returns the next value of a channel. The test fails if no value arrives within the time
// limit Within.
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

// Background runs a function in a goroutine until the test ends or calls stop. The function stop
// returns the error of the background function. If nobody calls stop, an error fails the test.
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
