// Package http_test runs the real programs and sends HTTP requests to them over the network, as
// clients do. The tests compare every answer with the OpenAPI contract.
package http_test

import (
	"os"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// snapshotKey is the secret of the programs that use snapshots.
const snapshotKey = "SNAPSHOT_KEY=a secret of thirty-two bytes, or more"

func TestMain(m *testing.M) {
	if _, err := os.Stat("../owned_test.go"); err == nil { // a service may have a newer engine than its page
		programs.HoldLogsTo("../../docs/logs.md")
	}
	programs.Main(m, "../..", "./cmd/api", "./cmd/projector", "./cmd/ops", "./cmd/migrate")
}

// launch starts a program on a free port, and waits until the program is ready.
func launch(t testing.TB, name string, environment ...string) *programs.Program {
	t.Helper()
	return programs.Launch(t, name, among(environment)...)
}

// begin starts a program on a free port, and waits until the program listens.
func begin(t testing.TB, name string, environment ...string) *programs.Program {
	t.Helper()
	return programs.Begin(t, name, among(environment)...)
}

// among returns the environment of a program, with small connection pools. Many tests run at the
// same time, on a server that allows only 100 connections.
func among(environment []string) []string {
	return append([]string{
		"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "POLL_INTERVAL=100ms",
		"WRITE_CONNECTIONS=3", "READ_CONNECTIONS=2", "WORKFLOWS=off", // see works
	}, environment...)
}

// projects returns the environment variables of a projector with the logins of a deployment: the
// projector's own login, and the worker's login for the workflows.
func projects(t testing.TB, url string) []string {
	t.Helper()
	return []string{"DATABASE_URL=" + testdb.As(t, url, role.Projector), "WORKER_DATABASE_URL=" + testdb.As(t, url, role.Worker)}
}

// stack is one API process and one projector process, which share a new database.
type stack struct {
	t           testing.TB
	url         string // URL with the login of the database's owner
	database    string // environment variable with the URL of the API's login
	environment []string
	api         *programs.Program
	projector   *programs.Program
	client      *caller.Caller
	issuer      *devissuer.Issuer // nil: authentication is off
}

func newStack(t testing.TB, environment ...string) *stack {
	t.Helper()
	s := &stack{t: t, url: testdb.New(t)}
	s.database = "DATABASE_URL=" + testdb.As(t, s.url, role.API)
	s.environment = append([]string{snapshotKey, s.database}, environment...)
	s.projector = launch(t, "projector", append(projects(t, s.url), snapshotKey)...)
	s.api = launch(t, "api", s.environment...)
	s.client = newClient(t)
	return s
}

// newClient returns an HTTP client for any API process. The client compares all answers with the
// contract.
func newClient(t testing.TB) *caller.Caller {
	t.Helper()
	return caller.New(t, contract(), "")
}

// beside starts a second API process on the database of the stack, with the given environment
// variables.
func (s *stack) beside(environment ...string) *stack {
	s.t.Helper()
	second := *s
	second.environment = environment
	second.api = launch(s.t, "api", environment...)
	return &second
}

func (s *stack) send(method, path, body string, headers ...string) caller.Reply {
	s.t.Helper()
	return s.client.At(s.api.Address).Send(method, path, body, headers...)
}

func (s *stack) post(path, body string, headers ...string) caller.Reply {
	s.t.Helper()
	return s.client.At(s.api.Address).Post(path, body, headers...)
}

func (s *stack) get(path, position string, headers ...string) caller.Reply {
	s.t.Helper()
	return s.client.At(s.api.Address).Get(path, position, headers...)
}

func (s *stack) want(answer caller.Reply, status int, code string) {
	s.t.Helper()
	answer.Want(s.t, status, code)
}

// contract returns the OpenAPI contract with which every answer is compared.
var contract = sync.OnceValue(func() *contracttest.Contract { return contracttest.Must(api.Spec) })

// works starts another projector process, which also runs the workflows.
func (s *stack) works() *programs.Program {
	s.t.Helper()
	return launch(s.t, "projector", append(projects(s.t, s.url), snapshotKey, "WORKFLOWS=on")...)
}
