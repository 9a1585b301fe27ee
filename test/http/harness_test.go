// Package http_test talks to the real programs over the network, as clients do.
// Every answer is held to the contract.
package http_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// within bounds every wait; nothing should come near it.
const within = time.Minute

var folder string // that holds the programs

// snapshotKey is the secret of the programs that have one.
const snapshotKey = "SNAPSHOT_KEY=a secret of thirty-two bytes, or more"

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	var forget func()
	var err error
	if folder, forget, err = programs.Build("../../cmd/api", "../../cmd/projector", "../../cmd/ops", "../../cmd/migrate"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer forget()
	return m.Run()
}

// launch starts a program on a free port and waits until it is ready.
func launch(t testing.TB, name string, environment ...string) *programs.Program {
	t.Helper()
	return programs.Launch(t, filepath.Join(folder, name), among(environment)...)
}

// begin starts a program on a free port and waits until it listens.
func begin(t testing.TB, name string, environment ...string) *programs.Program {
	t.Helper()
	return programs.Begin(t, filepath.Join(folder, name), among(environment)...)
}

// among returns an environment for one of many programs that run at once, on a server that may
// take 100 connections.
func among(environment []string) []string {
	return append([]string{
		"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "POLL_INTERVAL=100ms",
		"WRITE_CONNECTIONS=3", "READ_CONNECTIONS=2",
	}, environment...)
}

// stack is an API and a projector on a database of their own.
type stack struct {
	t         testing.TB
	url       string // of the database, as its owner
	api       *programs.Program
	projector *programs.Program
	client    *http.Client
	database  string // as the API
}

func newStack(t testing.TB, environment ...string) *stack {
	t.Helper()
	s := &stack{t: t, url: testdb.New(t)}
	s.database = "DATABASE_URL=" + testdb.As(t, s.url, database.APIRole)
	s.projector = launch(t, "projector", "DATABASE_URL="+testdb.As(t, s.url, database.ProjectorRole), snapshotKey)
	s.api = launch(t, "api", append([]string{snapshotKey, s.database}, environment...)...)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = contract().Client(t, transport)
	return s
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

// await asks until the condition holds.
func await(t testing.TB, holds func() bool) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain")
		}
	}
}

// contract is what every answer is held to.
var contract = sync.OnceValue(func() *contracttest.Contract { return contracttest.Must(api.Spec) })
