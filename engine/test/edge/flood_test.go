package edge_test

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
	// floodFactor limits how much one client can slow down another client. The first client sends more
	// requests than the rate limit allows. Meanwhile a command of the second client may take at most
	// floodFactor times as long as usual.
	floodFactor = 5
	floodLimit  = 80  // requests a second
	floodRate   = 800 // requests a second
	floodRounds = 5
)

// The test measures up to five rounds and uses the fastest round, because other programs on the
// machine may slow a single round.
func TestAFloodOfOneSubjectDoesNotSlowAnother(t *testing.T) { //nolint:paralleltest // the test measures time
	// In this test, both clients send from the same IP address. Two real clients would have
	// different addresses.
	s := newGuarded(t, "RATE_LIMIT="+strconv.Itoa(floodLimit))
	ada, eve := s.as("ada", both), s.as("eve", both)
	path, hers := s.open(ada...), s.open(eve...)

	best := math.Inf(1)
	for range floodRounds {
		quiet := s.median(path, ada)
		start := time.Now()
		var flooded time.Duration
		sent, refused := s.beside(hers, eve[1], func() { flooded = s.median(path, ada) })
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

// median returns the median duration of a command. The commands come from one client, which sends
// fifty commands per second.
func (s *stack) median(path string, headers []string) time.Duration {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var took []time.Duration
	for range 100 {
		<-tick.C
		start := time.Now()
		s.want(s.post(path+"/fillings", `{"amount":1}`, headers...), 200, "")
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// beside calls the function run while another client sends commands at ten times its rate limit.
func (s *stack) beside(path, authorization string, run func()) (sent, refused int64) {
	const clients = 8
	stop := make(chan struct{})
	var answers [clients][2]int64
	var flood sync.WaitGroup
	for i := range clients {
		flood.Go(func() {
			answers[i][0], answers[i][1] = s.flood(path, authorization, clients*time.Second/floodRate, stop)
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

// flood sends one command per interval, until stop is closed.
func (s *stack) flood(path, authorization string, every time.Duration, stop <-chan struct{}) (sent, refused int64) {
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
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.api.Address+path+"/fillings", strings.NewReader(`{"amount":1}`))
		if err != nil {
			s.t.Error(err)
			return sent, refused
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", authorization)
		answer, err := client.Do(r)
		if err != nil {
			s.t.Error(err)
			return sent, refused
		}
		answer.Body.Close()
		sent++
		if answer.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
}
