//go:build all && unix

// Package restore_test contains drills. In each drill, a service under load is backed up, loses its
// database, and runs again on the restored database. All parts are real: the programs, PostgreSQL
// and its tools, and the broker.
package restore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/programs"
)

func TestMain(m *testing.M) {
	programs.Main(m, "../../..", "./cmd/api", "./cmd/projector", "./cmd/ops", "./cmd/migrate")
}

// run runs a program until it ends, and returns its output.
func run(t *testing.T, environment []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = environment
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, output)
	}
	return string(output)
}

func own(program string) string { return programs.Path(program) }

// tool returns the path of one of PostgreSQL's command-line programs.
func tool(t *testing.T, name string) string {
	t.Helper()
	found, err := binaries.Find()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(found.Dir, name)
}

// start starts a program on a free port, and returns when the program is ready. The test ignores
// how the program ends.
func start(t *testing.T, name, database, broker string, more ...string) *programs.Program {
	t.Helper()
	p := programs.Launch(t, name, append([]string{
		"DATABASE_URL=" + database, "NATS_URL=" + broker, "UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "POLL_INTERVAL=100ms",
	}, more...)...)
	t.Cleanup(func() { p.End(os.Kill) })
	return p
}

// service holds the programs that run on one database.
type service struct {
	t              *testing.T
	database       string
	api, projector *programs.Program
}

func serve(t *testing.T, database, broker string, more ...string) *service {
	t.Helper()
	return &service{t, database, start(t, "api", database, broker, more...), start(t, "projector", database, broker, more...)}
}

func (s *service) stop() {
	s.api.End(os.Kill)
	s.projector.End(os.Kill)
}

// acknowledged is the API's answer to a command that succeeded.
type acknowledged struct {
	ID       uuid.UUID `json:"id"`
	Version  int64     `json:"version"`
	Position string    `json:"position"`
}

func (s *service) post(path, body string) (a acknowledged, err error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+s.api.Address+path, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return a, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		text, _ := io.ReadAll(answer.Body)
		return a, errors.New(string(text))
	}
	return a, json.NewDecoder(answer.Body).Decode(&a)
}

// load runs clients that send deposits one after another, each client to a separate account.
type load struct {
	service *service
	ended   sync.WaitGroup
	halt    atomic.Bool
	mu      sync.Mutex
	acks    []acknowledged
}

func (s *service) load(clients int) *load {
	l := &load{service: s}
	for range clients {
		l.ended.Go(l.deposit)
	}
	return l
}

func (l *load) deposit() {
	account, err := l.service.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`)
	for path := fmt.Sprintf("/v1/accounts/%s/deposits", account.ID); err == nil && !l.halt.Load(); account, err = l.service.post(path, `{"amount":1}`) {
		l.mu.Lock()
		l.acks = append(l.acks, account)
		l.mu.Unlock()
	}
	if err != nil && !l.halt.Load() {
		l.service.t.Errorf("a command failed: %v", err)
	}
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acks)
}

// goOn waits until the clients have received the given number of additional answers.
func (l *load) goOn(more int) {
	l.service.t.Helper()
	before := l.count()
	await.True(l.service.t, "commands are answered", func() bool { return l.count() >= before+more || l.service.t.Failed() })
}

// end stops the clients, and returns the acknowledged commands.
func (l *load) end() []acknowledged {
	l.halt.Store(true)
	l.ended.Wait()
	return l.acks
}

func startBroker(t *testing.T) string {
	t.Helper()
	broker, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	broker.Start()
	t.Cleanup(func() {
		broker.Shutdown()
		broker.WaitForShutdown()
	})
	if !broker.ReadyForConnections(await.Within) {
		t.Fatal("the broker is not ready")
	}
	return broker.ClientURL()
}
