// Package http_test talks to the real programs over the network, as clients do.
// Every answer is held to the contract.
package http_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// within bounds every wait; nothing should come near it.
const within = time.Minute

var programs string // the folder that holds them

// snapshotKey is the secret of the programs that have one.
const snapshotKey = "SNAPSHOT_KEY=a secret of thirty-two bytes, or more"

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "programs")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	command := exec.Command("go", "build", "-o", folder+string(filepath.Separator), "../../cmd/api", "../../cmd/projector", "../../cmd/migrate")
	if output, err := command.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the programs: %v\n%s", err, output)
		return 1
	}
	programs = folder
	return m.Run()
}

// program is a running process.
type program struct {
	t       testing.TB
	command *exec.Cmd
	address string
	probes  atomic.Pointer[string] // their address, if it is another
	ended   chan error
	once    sync.Once
	mu      sync.Mutex
	log     bytes.Buffer
}

// launch starts a program on a free port and waits until it is ready.
func launch(t testing.TB, name string, environment ...string) *program {
	t.Helper()
	p := begin(t, name, environment...)
	await(t, func() bool { return p.ready() == http.StatusOK })
	return p
}

// begin starts a program on a free port and waits until it listens.
func begin(t testing.TB, name string, environment ...string) *program {
	t.Helper()
	p := &program{t: t, ended: make(chan error, 1)}
	p.command = exec.Command(filepath.Join(programs, name))
	p.command.Env = append([]string{
		"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "POLL_INTERVAL=100ms",
		"WRITE_CONNECTIONS=3", "READ_CONNECTIONS=2", // many programs run at once, on a server that may take 100
	}, environment...)
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	go p.follow(stderr, listening)
	t.Cleanup(func() { p.stop() })
	select {
	case p.address = <-listening:
	case err := <-p.ended:
		p.ended <- err
		t.Fatalf("%s ended: %v\n%s", name, err, p.said())
	case <-time.After(within):
		t.Fatalf("%s does not listen\n%s", name, p.said())
	}
	return p
}

// follow keeps what the program logs, and finds its address there.
func (p *program) follow(stderr io.Reader, listening chan<- string) {
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		p.mu.Lock()
		p.log.Write(append(lines.Bytes(), '\n'))
		p.mu.Unlock()
		var line struct{ Msg, Address, Server string }
		switch err := json.Unmarshal(lines.Bytes(), &line); {
		case err != nil || line.Msg != "listening":
		case line.Server == "probes":
			p.probes.Store(&line.Address)
		default:
			listening <- line.Address
		}
	}
	p.ended <- p.command.Wait()
}

func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func (p *program) ready() int {
	status, _ := p.probe("/readyz")
	return status
}

func (p *program) metrics() string {
	_, text := p.probe("/metrics")
	return text
}

// probe asks one of the paths that every program has; 0: it does not answer.
func (p *program) probe(path string) (status int, text string) {
	address := p.address
	if elsewhere := p.probes.Load(); elsewhere != nil {
		address = *elsewhere
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body) // half of it will be found wanting
	return answer.StatusCode, string(body)
}

// stop tells the program to end, which it must do well.
func (p *program) stop() {
	p.once.Do(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case err := <-p.ended:
			if err != nil {
				p.t.Errorf("the program ended with %v\n%s", err, p.said())
			}
		case <-time.After(within):
			_ = p.command.Process.Kill()
			p.t.Errorf("the program did not end\n%s", p.said())
		}
	})
}

// stack is an API and a projector on a database of their own.
type stack struct {
	t         testing.TB
	url       string // of the database, as its owner
	api       *program
	projector *program
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
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+s.api.address+path, strings.NewReader(body))
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
