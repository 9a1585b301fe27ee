// Package edge_test talks to an API of tanks over the network, as clients do: the engine's own processes, on a
// PostgreSQL. Every answer is held to the contract.
package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

const both = "accounts:read accounts:write"

var folder string // that holds the programs

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	var forget func()
	var err error
	if folder, forget, err = programs.Build("./api", "./projector"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer forget()
	return m.Run()
}

// stack is an API and a projector on a database of their own.
type stack struct {
	t           testing.TB
	url         string // of the database, as its owner
	environment []string
	api         *programs.Program
	projector   *programs.Program
	client      *http.Client
	issuer      *devissuer.Issuer // nil: everybody may do everything
}

func newStack(t testing.TB, environment ...string) *stack {
	t.Helper()
	s := &stack{t: t, url: tank.Database(t)}
	s.environment = append([]string{"DATABASE_URL=" + testdb.As(t, s.url, database.APIRole)}, environment...)
	s.projector = programs.Begin(t, filepath.Join(folder, "projector"), "DATABASE_URL="+testdb.As(t, s.url, database.ProjectorRole))
	s.api = programs.Launch(t, filepath.Join(folder, "api"), s.environment...)
	await.True(t, "the projector is ready", func() bool { return s.projector.Ready() == http.StatusOK })
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = edgetest.Answers().Client(t, transport)
	return s
}

// newGuarded is newStack for an API that asks for tokens.
func newGuarded(t testing.TB, environment ...string) *stack {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	url := "http://" + server.Listener.Addr().String()
	issuer := devissuer.New(url)
	server.Config.Handler = issuer.Handler()
	server.Start()
	t.Cleanup(server.Close)
	s := newStack(t, append([]string{"AUTH=oidc", "AUTH_ISSUER=" + url, "AUTH_AUDIENCE=" + devissuer.Audience}, environment...)...)
	s.issuer = issuer
	return s
}

// other is a second API process on the same database.
func (s *stack) other() *stack {
	s.t.Helper()
	second := *s
	second.api = programs.Launch(s.t, filepath.Join(folder, "api"), s.environment...)
	return &second
}

// as is the headers of a subject's request, and more.
func (s *stack) as(subject, scope string, more ...string) []string {
	s.t.Helper()
	token, err := s.issuer.Token(s.issuer.Claims(subject, scope))
	if err != nil {
		s.t.Fatal(err)
	}
	return slices.Concat([]string{"Authorization", "Bearer " + token}, more)
}

type reply struct {
	status int
	header http.Header
	body   string
}

// fields are the body's, which must be an object.
func (r reply) fields(t testing.TB) map[string]any {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.body), &fields); err != nil {
		t.Fatalf("body %q: %v", r.body, err)
	}
	return fields
}

// send makes a request; headers are name, value, name, value …
func (s *stack) send(method, path, body string, headers ...string) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+s.api.Address+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
		return reply{}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
	}
	if at, err := answer.Location(); err == nil { // relative; as a client resolves it
		answer.Header.Set("Location", at.Path)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

func (s *stack) post(path, body string, headers ...string) reply {
	s.t.Helper()
	return s.send(http.MethodPost, path, body, headers...)
}

// get reads what reflects a position at least; "" is whatever there is.
func (s *stack) get(path, position string, headers ...string) reply {
	s.t.Helper()
	if position != "" {
		headers = append(headers, "Min-Position", position)
	}
	return s.send(http.MethodGet, path, "", headers...)
}

// want checks an answer's status and, of a problem, its code.
func (s *stack) want(answer reply, status int, code string) {
	s.t.Helper()
	got := ""
	if answer.status >= 400 {
		got, _ = answer.fields(s.t)["code"].(string)
	}
	if answer.status != status || got != code {
		s.t.Errorf("got %d %s, want %d %s", answer.status, answer.body, status, code)
	}
}

// open opens a tank and returns its path.
func (s *stack) open(headers ...string) (path string) {
	s.t.Helper()
	answer := s.post("/v1/tanks", `{"place":"roof","unit":"litre"}`, headers...)
	s.want(answer, 201, "")
	return answer.header.Get("Location")
}

// settled returns the position of an answer, which the read model has got to.
func (s *stack) settled(answer reply) string {
	s.t.Helper()
	position := answer.header.Get("Event-Position")
	s.want(s.get("/v1/tanks/"+uuid.NewString(), position), 404, "not_found")
	return position
}

// spoil changes what is stored, as the database's owner.
func (s *stack) spoil(sql string, args ...any) {
	s.t.Helper()
	s.asOwner(func(owner *pgx.Conn) error {
		_, err := owner.Exec(s.t.Context(), sql, args...)
		return err
	})
}

// count returns the one number of a query.
func (s *stack) count(sql string) (n int) {
	s.t.Helper()
	s.asOwner(func(owner *pgx.Conn) error { return owner.QueryRow(s.t.Context(), sql).Scan(&n) })
	return n
}

func (s *stack) asOwner(work func(owner *pgx.Conn) error) {
	s.t.Helper()
	owner, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = owner.Close(context.Background()) }()
	if err := work(owner); err != nil {
		s.t.Fatal(err)
	}
}
