// Package edge_test sends HTTP requests to an API of tanks over the network, as clients do. The API
// and the projector run as separate processes, and use a PostgreSQL server. The tests compare every
// answer with the OpenAPI contract.
package edge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

const both = "accounts:read accounts:write"

func TestMain(m *testing.M) { programs.Main(m, "../..", "./test/edge/api", "./test/edge/projector") }

// stack is one API process and one projector process, which share a new database.
type stack struct {
	t           testing.TB
	url         string // URL of the database's owner
	environment []string
	api         *programs.Program
	projector   *programs.Program
	client      *caller.Caller
	issuer      *devissuer.Issuer // nil: authentication is off
}

func newStack(t testing.TB, environment ...string) *stack {
	t.Helper()
	s := &stack{t: t, url: tank.Database(t)}
	s.environment = append([]string{"DATABASE_URL=" + testdb.As(t, s.url, role.API)}, environment...)
	s.projector = programs.Begin(t, "projector", "DATABASE_URL="+testdb.As(t, s.url, role.Projector))
	s.api = programs.Launch(t, "api", s.environment...)
	await.True(t, "the projector is ready", func() bool { return s.projector.Ready() == http.StatusOK })
	s.client = caller.New(t, edgetest.Answers(), s.api.Address)
	return s
}

// newGuarded returns a new stack whose API requires an access token in each request.
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

// other starts a second API process on the database of the stack.
func (s *stack) other() *stack {
	s.t.Helper()
	second := *s
	second.api = programs.Launch(s.t, "api", s.environment...)
	second.client = s.client.At(second.api.Address)
	return &second
}

// as returns the request headers with a token of the subject, followed by the headers in more.
func (s *stack) as(subject, scope string, more ...string) []string {
	s.t.Helper()
	token, err := s.issuer.Token(s.issuer.Claims(subject, scope))
	if err != nil {
		s.t.Fatal(err)
	}
	return slices.Concat([]string{"Authorization", "Bearer " + token}, more)
}

func (s *stack) post(path, body string, headers ...string) caller.Reply {
	s.t.Helper()
	return s.client.Post(path, body, headers...)
}

func (s *stack) get(path, position string, headers ...string) caller.Reply {
	s.t.Helper()
	return s.client.Get(path, position, headers...)
}

func (s *stack) want(answer caller.Reply, status int, code string) {
	s.t.Helper()
	answer.Want(s.t, status, code)
}

// open creates a tank and returns the URL path of the tank.
func (s *stack) open(headers ...string) (path string) {
	s.t.Helper()
	answer := s.post("/v1/tanks", `{"place":"roof","unit":"litre"}`, headers...)
	s.want(answer, 201, "")
	return answer.Header.Get("Location")
}

// settled waits until the read model has reached the position in a command's answer, and returns
// this position.
func (s *stack) settled(answer caller.Reply) string {
	s.t.Helper()
	position := answer.Header.Get("Event-Position")
	s.want(s.get("/v1/tanks/"+uuid.NewString(), position), 404, "not_found")
	return position
}

// spoil damages stored data with SQL, with the login of the database's owner.
func (s *stack) spoil(sql string, args ...any) {
	s.t.Helper()
	s.asOwner(func(owner *pgx.Conn) error {
		_, err := owner.Exec(s.t.Context(), sql, args...)
		return err
	})
}

// count returns the number that an SQL query returns.
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
