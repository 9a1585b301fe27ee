package edge

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/versions"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/event"
)

var (
	ada     = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	someDay = time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)
)

const jsonType = "application/json"

// asked is a command that the fake service has received.
type asked struct {
	what string
	id   uuid.UUID
}

// service is a fake of the service behind the HTTP handlers of this package. The fake service
// stores the last command that it has received, and the last position for which a read has waited.
type service struct {
	mu      sync.Mutex // guards the fields that store what the service was asked for
	waited  []any
	command *asked
	id      uuid.UUID
	request command.Request

	result   command.Result
	fail     error // error of commands and queries
	position int64
	waitFor  time.Duration // how long the read model takes to reach a position; negative: it never reaches the position
	ready    error
	logs     bytes.Buffer
	log      bool
	goOn     int64      // position after which the next page of the trail starts
	check    auth.Check // nil: auth.Anybody
	options  func(*Options)
	handle   func() (command.Result, error) // returns the result of a command; nil: the fields result and fail are returned
	during   func()                         // called while a query reads; nil: nothing is called
	lost     error                          // error that the trail returns, after the function during was called
}

func newService() *service {
	return &service{position: 42, result: command.Result{StreamID: ada, Version: 3, Position: 42}}
}

// client returns an HTTP client of an API with the fake service. The client compares every answer
// with the contract.
func (f *service) client(t testing.TB) *http.Client {
	t.Helper()
	return edgetest.Answers().Client(t, contracttest.InProcess(f.handler(t)))
}

func (f *service) settings() Options {
	options := Options{
		Contract: edgetest.Contract(), Scopes: scopes, Wait: f.wait, Check: auth.Anybody, Probes: true,
		Ready:  func(context.Context) error { return f.ready },
		Logger: slog.New(slog.NewJSONHandler(&f.logs, nil)), AccessLog: f.log,
	}
	if f.check != nil {
		options.Check = f.check
	}
	if f.options != nil {
		f.options(&options)
	}
	return options
}

var scopes = []string{auth.ReadAccounts, auth.WriteAccounts, auth.Operate}

func (f *service) handler(t testing.TB) http.Handler {
	t.Helper()
	s, err := New(f.settings())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := s.Handler(func(router chi.Router) { f.mount(s, router) })
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// mount adds the operations of the contract to the router, as a generated server would.
func (f *service) mount(s *Stack, router chi.Router) {
	read := func(do func(ctx context.Context, r *http.Request) (query.Answer, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			found, err := s.InEpoch(func(ctx context.Context, _ http.ResponseWriter, r *http.Request, _ any) (any, error) {
				return do(ctx, r)
			})(r.Context(), w, r, nil)
			if err != nil {
				s.Fail(w, r, err)
				return
			}
			answer, _ := found.(answer)
			_ = answer.Write(w) // writing to a recorder can't fail
		}
	}
	router.Get("/v1/trail", read(func(ctx context.Context, _ *http.Request) (answer, error) { return f.trail(ctx) }))
	router.Get("/v1/tanks", read(func(ctx context.Context, r *http.Request) (answer, error) {
		asked := ListRequest{ReadModels: []string{"levels"}, MinPosition: headerOf(r, "Min-Position"), Prefer: headerOf(r, "Prefer"), IfNoneMatch: headerOf(r, "If-None-Match")}
		return s.List(ctx, asked, func(context.Context) (List, error) {
			return List{Body: map[string]any{"items": []any{json.RawMessage(aTank)}}, Position: f.position}, nil
		})
	}))
	router.Get("/v1/tanks/{id}", read(func(ctx context.Context, r *http.Request) (answer, error) {
		asked := RowRequest{ReadModel: "levels", MinPosition: headerOf(r, "Min-Position"), Prefer: headerOf(r, "Prefer"), IfNoneMatch: headerOf(r, "If-None-Match")}
		return s.Row(ctx, asked, func(context.Context) (versions.Row, error) {
			if f.during != nil {
				f.during()
			}
			found := versions.Row{Body: json.RawMessage(aTank), Tag: "3", Position: f.position}
			if chi.URLParam(r, "id") == nobody.String() {
				return found, event.ErrStreamNotFound
			}
			return found, f.fail
		})
	}))
	for path, what := range map[string]string{"/v1/tanks": "make", "/v1/tanks/{id}/fillings": "fill", "/v1/tanks/{id}/drainings": "drain", "/v1/tanks/{id}/closure": "close"} {
		router.Post(path, func(w http.ResponseWriter, r *http.Request) { f.do(s, what, w, r) })
	}
}

type answer = query.Answer

const aTank = `{"id":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","place":"roof","unit":"litre","level":1000,"status":"open","version":3,` +
	`"opened_at":"2026-01-31T12:00:00.123456Z","updated_at":"2026-01-31T12:00:00.123456Z"}`

var nobody = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000000")

func headerOf(r *http.Request, name string) *string {
	if text := r.Header.Get(name); text != "" {
		return &text
	}
	return nil
}

// do executes a command and writes its answer.
func (f *service) do(s *Stack, what string, w http.ResponseWriter, r *http.Request) {
	text, _ := url.PathUnescape(chi.URLParam(r, "id"))
	id, _ := uuid.Parse(text)
	asks := command.Request{IfMatch: query.PreconditionOf(headerOf(r, "If-Match")), Key: r.Header.Get("Idempotency-Key")}
	result, err := Command(r.Context(), s, f.decide, id, asked{what, id}, asks)
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	position := strconv.FormatInt(result.Position, 10)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("ETag", strconv.Quote(strconv.FormatInt(result.Version, 10)))
	header.Set("Event-Position", position)
	if result.Replayed {
		header.Set("Idempotency-Replayed", "true")
	}
	if what == "make" {
		header.Set("Location", "tanks/"+result.StreamID.String())
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = fmt.Fprintf(w, "{\"id\":%q,\"version\":%d,\"position\":%q}\n", result.StreamID, result.Version, position)
}

func (f *service) decide(_ context.Context, id uuid.UUID, c asked, r command.Request) (command.Result, error) {
	f.mu.Lock()
	f.command, f.id, f.request = &c, id, r
	result, err := f.result, f.fail
	f.mu.Unlock()
	if f.handle != nil {
		return f.handle()
	}
	if errors.Is(err, problem.ErrPanic) {
		panic("secret of the panic")
	}
	return result, err
}

// trail returns a page of the trail (the list of who did what). The page has one entry, whose actor
// is ada.
func (f *service) trail(ctx context.Context) (answer, error) {
	var next *string
	if f.goOn > 0 {
		next = query.Cursor{Of: "trail", Version: f.goOn}.Encode()
	}
	if f.during != nil {
		f.during()
	}
	if err := cmp.Or(f.lost, f.fail); err != nil {
		return answer{}, problem.At(f.position, err)
	}
	entry := map[string]any{
		"position": "6", "actor": "ada", "type": "tank.made", "stream_type": "tank", "stream_id": ada, "version": 1,
		"correlation_id": "c-1", "occurred_at": someDay, "recorded_at": someDay,
	}
	body := map[string]any{"items": []any{entry}}
	if next != nil {
		body["next_cursor"] = *next
	}
	return query.Page(request.Of(ctx).URL, body, next, f.position, nil)
}

func (f *service) wait(ctx context.Context, readModel string, position int64) error {
	deadline, _ := ctx.Deadline()
	f.mu.Lock()
	f.waited = []any{readModel, position, time.Until(deadline).Round(time.Second)}
	f.mu.Unlock()
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

// problem decodes the reply's body, which must have problem details (RFC 9457).
func (r reply) problem(t *testing.T) problem.Problem {
	t.Helper()
	var said problem.Problem
	if err := json.Unmarshal([]byte(r.body), &said); err != nil {
		t.Fatalf("body %q is no problem: %v", r.body, err)
	}
	return said
}

// send sends a request and returns its answer. headers is a list of names and values: each name is
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
