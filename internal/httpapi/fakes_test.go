package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/engine/edge/epoch"

	"github.com/google/uuid"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
)

var (
	ada     = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	someDay = time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)
)

// answers returns the OpenAPI contract with which the tests compare every answer.
var answers = sync.OnceValue(func() *contracttest.Contract { return contracttest.Must(api.Spec) })

const jsonType = "application/json"

// service is a fake of what an API of any domain calls: the log, the trail and the read models. It
// records the calls.
type service struct {
	mu     sync.Mutex // guards the recorded calls
	trail  trail.Filter
	waited []any

	fail     error // error that commands and queries return
	position int64
	waitFor  time.Duration // how long the read model takes to reach a position; negative: it never reaches the position
	ready    error
	logs     bytes.Buffer
	log      bool
	goOn     int64          // position after which the next page of the trail starts
	check    auth.Check     // nil: auth.Anybody
	domain   func(*Options) // sets the operations of the domain; nil: the API has only the trail
	options  func(*Options)
}

// asked locks the mutex of the recorded calls, because requests run concurrently. The returned
// function unlocks the mutex.
func (f *service) asked() func() {
	f.mu.Lock()
	return f.mu.Unlock
}

func newService() *service { return &service{position: 42} }

// client returns an HTTP client of an API that uses this fake service. The client compares every
// answer with the contract.
func (f *service) client(t testing.TB) *http.Client {
	t.Helper()
	return answers().Client(t, contracttest.InProcess(f.handler(t)))
}

func (f *service) handler(t testing.TB) http.Handler {
	t.Helper()
	options := Options{Trail: f, Edge: edge.Options{
		Wait: f.wait, Check: auth.Anybody, Probes: true,
		Ready:  func(context.Context) error { return f.ready },
		Logger: slog.New(slog.NewJSONHandler(&f.logs, nil)), AccessLog: f.log,
	}}
	if f.check != nil {
		options.Edge.Check = f.check
	}
	for _, more := range []func(*Options){f.domain, f.options} {
		if more != nil {
			more(&options)
		}
	}
	handler, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func (f *service) Entries(_ context.Context, filter trail.Filter) ([]event.Recorded, int64, int64, error) {
	defer f.asked()()
	f.trail = filter
	return []event.Recorded{{
		Position: 6, Version: 1, StreamType: "account", StreamID: ada, ID: ada, Type: "account.opened",
		Metadata: event.Metadata{Actor: "ada", CorrelationID: "c-1"}, OccurredAt: someDay, RecordedAt: someDay,
	}}, f.goOn, f.position, f.fail
}

func (f *service) wait(ctx context.Context, readModel string, position int64) error {
	deadline, _ := ctx.Deadline()
	asked := f.asked()
	f.waited = []any{readModel, position, time.Until(deadline).Round(time.Second)}
	asked()
	if f.waitFor >= 0 {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

// reply is an HTTP answer in a form that tests can compare.
type reply struct {
	status int
	header http.Header
	body   string
}

// problem decodes the reply's body, which must be an error answer (a problem of RFC 9457).
func (r reply) problem(t *testing.T) problem.Problem {
	t.Helper()
	var said problem.Problem
	if err := json.Unmarshal([]byte(r.body), &said); err != nil {
		t.Fatalf("body %q is no problem: %v", r.body, err)
	}
	return said
}

// send sends a request and returns its answer. The parameter headers is a list: each name is
// followed by its value.
func send(t testing.TB, client *http.Client, method, path, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://api"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body == "" {
		r.Body = http.NoBody
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", jsonType)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// errorOf returns the text of the error that the reply reports for a field, or "" if it reports no
// error for that field.
func (r reply) errorOf(t *testing.T, field string) string {
	t.Helper()
	problem := r.problem(t)
	if problem.Errors == nil {
		return ""
	}
	for _, e := range *problem.Errors {
		if e.Field == field {
			return e.Detail
		}
	}
	return ""
}

// log is a fake log with two epochs: the epoch that the process knows, which may be outdated, and
// the current epoch.
type log struct {
	mu         sync.Mutex
	known, now uuid.UUID
	looks      int
	catchesUp  uuid.UUID // epoch that the function Now returns from its third call on
	fail       error
}

func (l *log) epoch() epoch.Epoch {
	return epoch.Epoch{
		Known: func() uuid.UUID {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.known
		},
		Now: func(context.Context) (uuid.UUID, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.looks++; l.looks == 3 && l.catchesUp != uuid.Nil {
				l.now = l.catchesUp
			}
			l.known = l.now
			return l.now, l.fail
		},
	}
}

// becomes copies the epochs and the error of another fake log into l.
func (l *log) becomes(other *log) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known, l.now, l.fail = other.known, other.now, other.fail
}

// logged returns the decoded log lines that have this message.
func (f *service) logged(t *testing.T, message string) (lines []map[string]any) {
	t.Helper()
	for text := range strings.Lines(f.logs.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

// hasLine checks that exactly one log line has this message, and that the line has the wanted
// attributes. If the wanted value of an attribute is "", the line must not have that attribute.
func (f *service) hasLine(t *testing.T, message string, want map[string]string) {
	t.Helper()
	lines := f.logged(t, message)
	if len(lines) != 1 {
		t.Fatalf("%d lines %q in %s", len(lines), message, f.logs.String())
	}
	for name, value := range want {
		got, there := lines[0][name]
		if there != (value != "") || there && fmt.Sprint(got) != value {
			t.Errorf("%s is %v, want %q, in %v", name, got, value, lines[0])
		}
	}
	if lines[0]["request_id"] == "" {
		t.Errorf("no request: %v", lines[0])
	}
}
