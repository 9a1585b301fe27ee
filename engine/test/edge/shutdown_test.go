package edge_test

import (
	"net/http"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
)

// While the API shuts down, it finishes all running requests. The log contains every write that the
// API acknowledged before or during the shutdown.
func TestShutdownLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, "DRAIN_DELAY=2s")
	path := s.open()
	const clients = 8
	var running sync.WaitGroup
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	draining := make(chan struct{})
	for range clients {
		running.Go(func() {
			for {
				select {
				case <-draining:
					return
				default:
				}
				answer := s.post(path+"/fillings", `{"amount":1}`)
				s.want(answer, 200, "")
				mu.Lock()
				acknowledged[answer.Header.Get("Event-Position")] = true
				mu.Unlock()
			}
		})
	}
	await.True(t, "fifty are acknowledged", func() bool { mu.Lock(); defer mu.Unlock(); return len(acknowledged) > 50 })
	stopped := make(chan struct{})
	go func() { defer close(stopped); s.api.Stop() }()
	await.True(t, "the API says that it ends", func() bool { return s.api.Ready() == http.StatusServiceUnavailable })
	close(draining)
	running.Wait()
	<-stopped
	if got := s.count(`SELECT count(*) FROM events WHERE type = 'tank.poured'`); got != len(acknowledged) {
		t.Errorf("%d fillings were acknowledged, %d are in the log", len(acknowledged), got)
	}
}
