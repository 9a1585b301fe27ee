package http_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What one subject sends without end costs another no more than this many times the time
// that a command takes otherwise.
const floodFactor = 5

func TestAFloodOfOneSubjectDoesNotSlowAnother(t *testing.T) { //nolint:paralleltest // it measures
	// Both come from this machine, as two would not.
	g := newGuarded(t, "ACCESS_LOG=false", "RATE_LIMIT_ADDRESS=0")
	ada, eve := g.as("ada", both), g.as("eve", both)
	account := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).header.Get("Location")
	hers := g.post("/v1/accounts", `{"owner":"Eve","currency":"EUR"}`, eve...).header.Get("Location")

	quiet := g.median(account, ada)
	var sent, refused atomic.Int64
	stop := make(chan struct{})
	var flood sync.WaitGroup
	for range 16 {
		flood.Go(func() { g.flood(hers, eve[1], stop, &sent, &refused) })
	}
	flooded := g.median(account, ada)
	close(stop)
	flood.Wait()

	t.Logf("median of a command %v, and %v beside a flood of %d requests, %d of them refused", quiet, flooded, sent.Load(), refused.Load())
	if refused.Load() == 0 {
		t.Error("there was no flood")
	}
	if flooded > floodFactor*quiet+5*time.Millisecond {
		t.Errorf("a command takes %v, and %v beside the flood", quiet, flooded)
	}
}

// median is how long a command takes, of a client that sends fifty a second.
func (g guarded) median(account string, headers []string) time.Duration {
	g.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var took []time.Duration
	for range 100 {
		<-tick.C
		start := time.Now()
		g.want(g.post(account+"/deposits", `{"amount":1}`, headers...), 200, "")
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// flood sends as much as it can, one request after another.
func (g guarded) flood(account, authorization string, stop <-chan struct{}, sent, refused *atomic.Int64) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-stop:
			return
		default:
		}
		r, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, "http://"+g.api.address+account+"/deposits", strings.NewReader(`{"amount":1}`))
		if err != nil {
			g.t.Error(err)
			return
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", authorization)
		answer, err := client.Do(r)
		if err != nil {
			g.t.Error(err)
			return
		}
		answer.Body.Close()
		sent.Add(1)
		if answer.StatusCode == http.StatusTooManyRequests {
			refused.Add(1)
		}
	}
}
