package http_test

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// What one subject sends beyond its rate costs another no more than this many times the
	// time that a command takes otherwise.
	floodFactor = 5
	floodLimit  = 80  // requests a second
	floodRate   = 800 // requests a second
	floodRounds = 5
)

// A round on a machine that does other things as well measures those; the best of five
// does not.
func TestAFloodOfOneSubjectDoesNotSlowAnother(t *testing.T) { //nolint:paralleltest // it measures
	// Both come from this machine, as two would not.
	g := newGuarded(t, "ACCESS_LOG=false", "RATE_LIMIT_ADDRESS=0", "RATE_LIMIT="+strconv.Itoa(floodLimit))
	ada, eve := g.as("ada", both), g.as("eve", both)
	account := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).header.Get("Location")
	hers := g.post("/v1/accounts", `{"owner":"Eve","currency":"EUR"}`, eve...).header.Get("Location")

	best := math.Inf(1)
	for range floodRounds {
		quiet := g.median(account, ada)
		start := time.Now()
		var flooded time.Duration
		sent, refused := g.beside(hers, eve[1], func() { flooded = g.median(account, ada) })
		let := sent - refused
		t.Logf("median of a command %v, and %v beside a flood of %d requests, %d of them refused", quiet, flooded, sent, refused)
		if most := 3*floodLimit + int64(floodLimit*time.Since(start).Seconds()); let > most {
			t.Errorf("%d requests of one subject got in, more than %d", let, most)
		}
		if refused == 0 {
			t.Error("there was no flood")
		}
		if best = min(best, float64(flooded)/float64(quiet)); best <= floodFactor {
			return
		}
	}
	t.Errorf("a command takes %.1f times as long beside a flood", best)
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

// beside runs what it is given while somebody sends ten times what is allowed.
func (g guarded) beside(account, authorization string, run func()) (sent, refused int64) {
	const clients = 8
	stop := make(chan struct{})
	var answers [clients][2]int64
	var flood sync.WaitGroup
	for i := range clients {
		flood.Go(func() {
			answers[i][0], answers[i][1] = g.flood(account, authorization, clients*time.Second/floodRate, stop)
		})
	}
	run()
	close(stop)
	flood.Wait()
	for _, answer := range answers {
		sent, refused = sent+answer[0], refused+answer[1]
	}
	return sent, refused
}

// flood sends a command every so often until it is stopped.
func (g guarded) flood(account, authorization string, every time.Duration, stop <-chan struct{}) (sent, refused int64) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return sent, refused
		case <-tick.C:
		}
		r, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, "http://"+g.api.Address+account+"/deposits", strings.NewReader(`{"amount":1}`))
		if err != nil {
			g.t.Error(err)
			return sent, refused
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", authorization)
		answer, err := client.Do(r)
		if err != nil {
			g.t.Error(err)
			return sent, refused
		}
		answer.Body.Close()
		sent++
		if answer.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
}
