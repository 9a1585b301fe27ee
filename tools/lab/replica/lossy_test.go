//go:build all && unix

package replica_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
)

// either returns a URL that names both servers of the pair. A program with this URL connects to the
// server that accepts writes.
func (p pair) either(t *testing.T) string {
	t.Helper()
	primary, err := url.Parse(p.primary)
	if err != nil {
		t.Fatal(err)
	}
	standby, err := url.Parse(p.reads)
	if err != nil {
		t.Fatal(err)
	}
	primary.Host += "," + standby.Host
	query := primary.Query()
	query.Set("target_session_attrs", "read-write")
	primary.RawQuery = query.Encode()
	return primary.String()
}

// A standby that lacks the last commits is promoted while the programs run, so events are lost. No
// process may use lost events to decide on a command, even if the process still has these events in
// memory. A client that sends the position of a lost event gets an error. All programs become ready
// again without an operator, because the projector's tables have lost the same events as the log.
func TestFailoverThatLosesCommits(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	projector := launch(t, "projector", "DATABASE_URL="+p.either(t)).Address
	api := &service{t: t, address: launch(t, "api", "DATABASE_URL="+p.either(t)).Address}
	idle := &service{t: t, address: launch(t, "api", "DATABASE_URL="+p.either(t), "READ_DATABASE_URL="+p.reads).Address}
	api.open()
	api.deposits(10)
	kept := api.last
	await.True(t, "the standby has it", func() bool {
		return ask[bool](t, p.reads, `SELECT coalesce(max(position), 0) >= $1::bigint FROM events`, kept)
	})
	p.loseStandby(t)
	before := api.epoch()
	status, lost, _ := api.send(http.MethodPost, api.account+"/deposits", `{"amount":990}`, "")
	if status != http.StatusOK {
		t.Fatalf("deposit: %d", status)
	}
	waited := api.waits(lost.Get("Event-Position"), before)
	p.promote(t)

	await.True(t, "a withdrawal is refused", func() bool { // until the programs can reach the new primary
		status, _, body := api.send(http.MethodPost, api.account+"/withdrawals", `{"amount":900}`, "")
		if status == http.StatusOK {
			t.Fatal("900 were paid out of an account that holds 10")
		}
		return status == http.StatusUnprocessableEntity && strings.Contains(string(body), "insufficient_funds")
	})
	await.True(t, "clients are told", func() bool {
		status, _, body := api.send(http.MethodGet, api.account, "", lost.Get("Event-Position"), "Log-Epoch", before)
		return status == http.StatusConflict && strings.Contains(string(body), "log_changed")
	})
	after := api.epoch()
	if after == before {
		t.Error("the epoch is as it was")
	}
	api.deposits(2)
	api.recovered("after it")
	if told := <-waited; !strings.Contains(told, "log_changed") {
		t.Errorf("a query that had waited for more than is left got %s", told)
	}
	await.True(t, "the other API has heard of it", func() bool { return idle.epoch() == after })
	for _, address := range []string{api.address, idle.address, projector} {
		await.True(t, "it is ready", func() bool {
			status, _, _ := (&service{t: t, address: address}).send(http.MethodGet, "/readyz", "", "")
			return status == http.StatusOK
		})
	}
	if epochs := ask[int64](t, p.reads, `SELECT count(*) FROM log_epochs`); epochs != 2 {
		t.Errorf("the log has had %d epochs, want 2", epochs)
	}
}

// epoch returns the epoch in the service's answers. The epoch is the name of one history of the
// log.
func (s *service) epoch() string {
	_, header, _ := s.send(http.MethodGet, "/healthz", "", "")
	return header.Get("Log-Epoch")
}

// waits sends a query for a position that the log has not reached, and returns once the API waits
// for that position.
func (s *service) waits(position, epoch string) (answered <-chan string) {
	s.t.Helper()
	after, err := strconv.ParseInt(position, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	told := make(chan string, 1)
	go func() {
		_, _, body := s.send(http.MethodGet, s.account, "", strconv.FormatInt(after+1, 10), "Log-Epoch", epoch, "Prefer", "wait=28")
		told <- string(body)
	}()
	await.True(s.t, "a query waits", func() bool {
		_, _, body := s.send(http.MethodGet, "/metrics", "", "")
		return strings.Contains(string(body), "http_waiting_reads 1")
	})
	return told
}
