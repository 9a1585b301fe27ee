package http_test

import (
	"strings"
	"testing"

	"example.com/pgcqrs/test/testdb"
)

func TestQueriesReadTheirOwnDatabase(t *testing.T) {
	t.Parallel()
	elsewhere := testdb.New(t)
	s := newStack(t, "READ_DATABASE_URL="+testdb.ServiceURL(t, elsewhere))
	account, position := s.open("Ada", "EUR")
	s.want(s.get(account, ""), 503, "read_model_not_built") // no projector runs on this database
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
	if answer := s.post(account+"/deposits", `{"amount":1}`); answer.Status != 503 {
		t.Errorf("got %d %s", answer.Status, answer.Body)
	}
}

func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, position := s.open("Ada", "EUR")
	s.want(s.post(account+"/withdrawals", `{"amount":1}`), 422, "insufficient_funds")
	s.want(s.get(account, position), 200, "")
	metrics := s.get("/metrics", "").Body
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
