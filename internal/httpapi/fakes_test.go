package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/auth"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi/contracttest"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/trail"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
)

var (
	ada     = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	nobody  = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000000")
	someDay = time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)
)

const jsonType = "application/json"

// fake stands for everything behind the API, and keeps what it was asked.
type fake struct {
	mu       sync.Mutex
	id       uuid.UUID
	subject  string
	command  account.Command
	request  write.Request
	deadline time.Duration
	filter   balances.Filter
	trail    trail.Filter
	after    int64
	limit    int
	until    history.Until
	waited   []any

	result   write.Result
	fail     error // of commands and queries
	position int64
	waitFor  time.Duration // how long the read model takes; negative: for ever
	ready    error
	logs     bytes.Buffer
	log      bool
	next     *balances.Cursor
	goOn     int64      // after this position, in the trail
	check    auth.Check // nil: auth.Anybody
	options  func(*Options)
	more     bool
}

func newFake() *fake {
	return &fake{result: write.Result{StreamID: ada, Version: 3, Position: 42}, position: 42}
}

// client talks to an API in front of the fake; every answer is held to the contract.
func (f *fake) client(t testing.TB) *http.Client {
	t.Helper()
	return contracttest.Client(t, contracttest.InProcess(f.handler(t)))
}

func (f *fake) handler(t testing.TB) http.Handler {
	t.Helper()
	options := Options{
		Accounts: Accounts{Handle: f.handle, Balances: f, Statements: f, History: f}, Trail: f, Wait: f.wait, Check: auth.Anybody, Probes: true,
		Ready:  func(context.Context) error { return f.ready },
		Logger: slog.New(slog.NewJSONHandler(&f.logs, nil)), AccessLog: f.log,
	}
	if f.check != nil {
		options.Check = f.check
	}
	if f.options != nil {
		f.options(&options)
	}
	handler, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func (f *fake) handle(ctx context.Context, id uuid.UUID, command account.Command, r write.Request) (write.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.id, f.command, f.request = id, command, r
	if by, ok := command.(account.By); ok {
		f.subject, f.command = by.Subject, by.Command
	}
	if deadline, ok := ctx.Deadline(); ok {
		f.deadline = time.Until(deadline)
	}
	if errors.Is(f.fail, errPanic) {
		panic("secret of the panic")
	}
	return f.result, f.fail
}

func (f *fake) Get(_ context.Context, subject string, id uuid.UUID) (balances.Account, int64, error) {
	f.subject = subject
	if id == nobody {
		return balances.Account{}, f.position, events.ErrStreamNotFound
	}
	return someAccount(), f.position, f.fail
}

func (f *fake) List(_ context.Context, filter balances.Filter) ([]balances.Account, *balances.Cursor, int64, error) {
	f.filter = filter
	return []balances.Account{someAccount()}, f.next, f.position, f.fail
}

func (f *fake) Lines(_ context.Context, subject string, id uuid.UUID, after int64, limit int) ([]statements.Line, bool, int64, error) {
	f.subject, f.after, f.limit = subject, after, limit
	if id == nobody {
		return nil, false, f.position, events.ErrStreamNotFound
	}
	return []statements.Line{
		{Position: 7, Version: 2, Kind: "deposit", Amount: 1250, Balance: 1250, Reference: "salary", OccurredAt: someDay},
		{Position: 9, Version: 3, Kind: "withdrawal", Amount: 250, Balance: 1000, OccurredAt: someDay},
	}, f.more, f.position, f.fail
}

func (f *fake) Events(_ context.Context, subject string, id uuid.UUID, after int64, limit int, until history.Until) ([]events.Recorded, bool, int64, error) {
	f.subject, f.after, f.limit, f.until = subject, after, limit, until
	if id == nobody {
		return nil, false, f.position, events.ErrStreamNotFound
	}
	return []events.Recorded{{
		Position: 6, Version: 1, ID: ada, Type: "account.opened", Data: []byte(`{"owner":"Ada","currency":"EUR"}`),
		Metadata: events.Metadata{CorrelationID: "c-1"}, OccurredAt: someDay, RecordedAt: someDay,
	}}, f.more, f.position, f.fail
}

func (f *fake) State(_ context.Context, _ string, _ uuid.UUID, _ history.Until) (history.Account, error) {
	return history.Account(someAccount()), f.fail
}

func (f *fake) Entries(_ context.Context, filter trail.Filter) ([]events.Recorded, int64, int64, error) {
	f.trail = filter
	return []events.Recorded{{
		Position: 6, Version: 1, StreamType: "account", StreamID: ada, ID: ada, Type: "account.opened",
		Metadata: events.Metadata{Actor: "ada", CorrelationID: "c-1"}, OccurredAt: someDay, RecordedAt: someDay,
	}}, f.goOn, f.position, f.fail
}

func (f *fake) wait(ctx context.Context, readModel string, position int64) error {
	deadline, _ := ctx.Deadline()
	f.waited = []any{readModel, position, time.Until(deadline).Round(time.Second)}
	if f.waitFor >= 0 {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func someAccount() balances.Account {
	return balances.Account{
		ID: ada, Owner: "Ada", Currency: "EUR", Balance: 1000, Status: "open", Version: 3, OpenedAt: someDay, UpdatedAt: someDay,
	}
}

// reply is an answer as tests look at it.
type reply struct {
	status int
	header http.Header
	body   string
}

// problem is the reply's body, which must be one.
func (r reply) problem(t *testing.T) Problem {
	t.Helper()
	var problem Problem
	if err := json.Unmarshal([]byte(r.body), &problem); err != nil {
		t.Fatalf("body %q is no problem: %v", r.body, err)
	}
	return problem
}

// errorOf returns what the reply says of a field, "" if it says nothing.
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

// send makes a request; headers are name, value, name, value …
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
