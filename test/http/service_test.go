package http_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/test/testdb"
)

func TestAPositionThatIsNotReachedIsSaidInTime(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	for _, path := range []string{account, "/v1/accounts", account + "/statement", account + "/events"} {
		start := time.Now()
		answer := s.get(path, "1000000", "Prefer", "wait=1")
		s.want(answer, 503, "position_not_reached")
		if took := time.Since(start); took < time.Second || took > 5*time.Second {
			t.Errorf("%s: took %s", path, took)
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

func TestALostDatabaseIsUnavailable(t *testing.T) {
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
	s.want(s.get("/readyz", ""), 503, "not_ready")
	s.want(s.get("/healthz", ""), 200, "")
	if log := s.api.said(); strings.Contains(log, "postgres://") {
		t.Errorf("the log shows the address of the database: %s", log)
	}
}

// refuse takes a database away from everybody, for the length of the test.
func refuse(t *testing.T, database string) {
	t.Helper()
	name := named(t, database)
	maintenance, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	maintenance.Path = "/postgres"
	conn, err := pgx.Connect(t.Context(), maintenance.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = conn.Exec(context.Background(), "ALTER DATABASE "+name+" ALLOW_CONNECTIONS true") // it may be gone
		_ = conn.Close(context.Background())
	})
	for _, sql := range []string{
		"ALTER DATABASE " + name + " ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name + "'",
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func named(t *testing.T, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	return config.Database
}

// Whatever was acknowledged before and during a shutdown is in the log, and no
// request that was under way is dropped.
func TestShutdownLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, "DRAIN_DELAY=300ms")
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
	go func() { defer close(stopped); s.api.stop() }()
	await(t, func() bool { return s.api.ready() == http.StatusServiceUnavailable })
	close(draining)
	running.Wait()
	<-stopped
	if got := count(t, s.url, "SELECT count(*) FROM events WHERE type = 'account.money_deposited'"); got != len(acknowledged) {
		t.Errorf("%d deposits were acknowledged, %d are in the log", len(acknowledged), got)
	}
}

func count(t *testing.T, database, sql string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var n int
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheAPISaysWhyItCannotStart(t *testing.T) {
	t.Parallel()
	good, empty := testdb.New(t), testdb.Empty(t)
	first := launch(t, "api", "DATABASE_URL="+good)
	for name, test := range map[string]struct {
		environment []string
		want        string
	}{
		"without a database":      {nil, "DATABASE_URL is not set"},
		"no server there":         {[]string{"DATABASE_URL=postgres://u:hunter2@127.0.0.1:1/x"}, "DATABASE_URL: reach database"},
		"no address at all":       {[]string{"DATABASE_URL=hunter2"}, "it must look like postgres://"},
		"without migrations":      {[]string{"DATABASE_URL=" + empty}, "cmd/migrate"},
		"an address in use":       {[]string{"DATABASE_URL=" + good, "API_ADDR=" + first.address}, "API_ADDR"},
		"a duration that is none": {[]string{"DATABASE_URL=" + good, "QUERY_TIMEOUT=hunter2"}, "QUERY_TIMEOUT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := refused(t, "api", append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0"}, test.environment...)...)
			if !strings.Contains(output, test.want) || strings.Contains(output, "hunter2") {
				t.Errorf("it says %s", output)
			}
		})
	}
}

// refused is what a program says that does not start.
func refused(t *testing.T, name string, environment ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(programs, name))
	command.Env = environment
	output, err := command.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); !exited || ctx.Err() != nil {
		t.Errorf("it ends with %v", err)
	}
	return string(output)
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
