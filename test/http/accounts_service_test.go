package http_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/test/testdb"
)

func TestAPositionThatIsNotReachedIsSaidInTime(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	for _, path := range []string{account, "/v1/accounts", account + "/statement", account + "/events"} {
		start := time.Now()
		s.want(s.get(path, "1000", "Prefer", "wait=1"), 503, "position_not_reached")
		if took := time.Since(start); took < time.Second || took > 5*time.Second {
			t.Errorf("%s: took %s", path, took)
		}
		start = time.Now()
		s.want(s.get(path, "100000000", "Prefer", "wait=10"), 503, "position_not_reached") // nobody appends so much in ten seconds
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %s to say no to a position far above the log", path, took)
		}
	}
}

func TestQueriesReadTheirOwnDatabase(t *testing.T) {
	t.Parallel()
	elsewhere := testdb.New(t)
	s := newStack(t, "READ_DATABASE_URL="+testdb.ServiceURL(t, elsewhere))
	account, position := s.open("Ada", "EUR")
	s.want(s.get(account, ""), 503, "read_model_not_built") // nobody projects there
	s.want(s.get(account, position, "Prefer", "wait=0"), 503, "position_not_reached")
	s.want(s.post(account+"/deposits", `{"amount":1}`), 200, "")
}

func TestAccountsOfALostDatabaseAreUnavailable(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	refuse(t, s.url)
	for _, path := range []string{account, "/v1/accounts", account + "/statement", account + "/events"} {
		s.want(s.get(path, ""), 503, "unavailable")
	}
	if answer := s.post(account+"/deposits", `{"amount":1}`); answer.status != 503 {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}

// All that was acknowledged before and during a shutdown is in the log, and no
// request that was under way is dropped.
func TestShutdownLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, "DRAIN_DELAY=2s")
	account, _ := s.open("Ada", "EUR")
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
				answer := s.post(account+"/deposits", `{"amount":1}`)
				s.want(answer, 200, "")
				mu.Lock()
				acknowledged[answer.header.Get("Event-Position")] = true
				mu.Unlock()
			}
		})
	}
	await(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(acknowledged) > 50 })
	stopped := make(chan struct{})
	go func() { defer close(stopped); s.api.Stop() }()
	await(t, func() bool { return s.api.Ready() == http.StatusServiceUnavailable })
	close(draining)
	running.Wait()
	<-stopped
	if got := count(t, s.url, "SELECT count(*) FROM events WHERE type = 'account.money_deposited'"); got != len(acknowledged) {
		t.Errorf("%d deposits were acknowledged, %d are in the log", len(acknowledged), got)
	}
}

func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, position := s.open("Ada", "EUR")
	s.want(s.post(account+"/withdrawals", `{"amount":1}`), 422, "insufficient_funds")
	s.want(s.get(account, position), 200, "")
	metrics := s.get("/metrics", "").body
	for _, line := range []string{
		`http_commands_total{command="openAccount",outcome="done"} 1`,
		`http_commands_total{command="withdraw",outcome="insufficient_funds"} 1`,
		`http_requests_total{method="GET",route="/v1/accounts/{id}",status="2xx"} 1`,
		`eventstore_appended_events_total 1`,
		`eventstore_queue_appends 0`,
		`go_goroutines`,
	} {
		if !strings.Contains(metrics, "\n"+line) {
			t.Errorf("%s is missing", line)
		}
	}
}
