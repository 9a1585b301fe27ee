//go:build all

package adopt_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/broker"
)

// The test runs the code blocks of the pages about timers, calls and messages in one copy of the
// template. With -short, this test only compiles the result and runs the tests that need no
// database.
func TestPagesOfWorkflowsArePasted(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	timer := pastePage(t, dir, "../../../docs/how-to/a-timer.md")
	call := pastePage(t, dir, "../../../docs/how-to/call-another-service.md")
	messages := pastePage(t, dir, "../../../docs/how-to/consume-messages.md")
	paste(t, dir, "go vet ./... && go test ./internal/... ./cmd/api ./cmd/projector")
	if testing.Short() {
		return
	}
	paste(t, dir, `sed -i 's/30 \* 24 \* time.Hour/3 * time.Second/' internal/workflows/unused/unused.go`)
	register, payments := newRegister(t), startBroker(t)
	s := start(t, dir, "REGISTER_URL="+register.url, "PAYMENTS_NATS_URL="+payments.URL)

	said := s.paste(t, timer)
	says(t, said, `"status":"closed"`, `"actor":"workflow:unused"`, `"status":"open"`)
	says(t, s.paste(t, call), "HTTP/1.1 201")
	await.True(t, "the register has the account", func() bool { return register.keysOf("CHF") > 1 })
	if keys := register.distinct("CHF"); keys != 1 {
		t.Errorf("the attempts of one call have %d keys", keys)
	}
	at, err := url.Parse(payments.URL)
	if err != nil {
		t.Fatal(err)
	}
	said = s.paste(t, messages, "/dev/tcp/127.0.0.1/4223", "/dev/tcp/"+at.Hostname()+"/"+at.Port())
	says(t, said, `"balance":1250`, `"actor":"inbox:payments"`, `"causation_id":"m-1"`)
	_, events, _ := strings.Cut(said, `"items":`)
	if deposits := strings.Count(events, `"type":"account.money_deposited"`); deposits != 1 {
		t.Errorf("the message was delivered several times, and there are %d deposits:\n%s", deposits, said)
	}
}

// The how-to page starts a job every day, and closes an account that was idle for 90 days. This
// test replaces both times by one second. With -short, this test only compiles the result and runs
// the tests that need no database.
func TestAScheduledJobIsPasted(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	requests := pastePage(t, dir, "../../../docs/how-to/a-scheduled-job.md")
	paste(t, dir, "go vet ./... && go test ./internal/... ./cmd/...")
	if testing.Short() {
		return
	}
	paste(t, dir, `sed -i 's/workflow.Daily(2, 0, berlin)/workflow.Every(time.Second)/; s/90 \* 24 \* time.Hour/time.Second/' internal/workflows/idle/idle.go`)
	says(t, start(t, dir).paste(t, requests), `"status":"closed"`, `"actor":"workflow:idle"`, `"status":"open"`)
}

// startBroker runs a NATS server until the test ends.
func startBroker(t *testing.T) *broker.Broker {
	t.Helper()
	program := filepath.Join(t.TempDir(), "nats-server")
	paste(t, "../..", "go build -o "+program+" github.com/nats-io/nats-server/v2") // tools/go.mod has its version
	return broker.Start(t, program)
}

// register is an HTTP service that a workflow calls. The first request for a currency gets an
// error, and later requests for that currency succeed.
type register struct {
	url  string
	mu   sync.Mutex
	keys map[string][]string // keys of the requests, by currency
}

func newRegister(t *testing.T) *register {
	t.Helper()
	r := &register{keys: make(map[string][]string)}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

var currencyIn = regexp.MustCompile(`"currency": *"(\w+)"`)

// ServeHTTP implements http.Handler.
func (r *register) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	found := currencyIn.FindSubmatch(body)
	if found == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	currency := string(found[1])
	if r.keys[currency] = append(r.keys[currency], request.Header.Get("Idempotency-Key")); len(r.keys[currency]) == 1 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// keysOf returns the number of requests for a currency.
func (r *register) keysOf(currency string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.keys[currency])
}

// distinct returns how many different idempotency keys the requests for a currency had.
func (r *register) distinct(currency string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := make(map[string]bool)
	for _, key := range r.keys[currency] {
		keys[key] = true
	}
	return len(keys)
}
