package programs

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Program is a running process that writes its log, as JSON lines, to its standard error.
type Program struct {
	Address string // host:port, once the program listens
	t       testing.TB
	command *exec.Cmd
	probes  atomic.Pointer[string] // address of the probes, if it differs from Address
	ended   chan error
	once    sync.Once
	mu      sync.Mutex
	log     bytes.Buffer
}

// Begin starts a program with exactly this environment. Begin waits until the program has logged
// the address on which it listens. The program ends with the test.
func Begin(t testing.TB, name string, environment ...string) *Program {
	t.Helper()
	p := &Program{t: t, ended: make(chan error, 1), command: exec.Command(Path(name))}
	p.command.Env = environment
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	go p.follow(stderr, listening)
	t.Cleanup(p.Stop)
	select {
	case p.Address = <-listening:
	case err := <-p.ended:
		p.ended <- err
		t.Fatalf("%s ended: %v\n%s", name, err, p.Said())
	case <-time.After(within):
		t.Fatalf("%s does not listen\n%s", name, p.Said())
	}
	return p
}

// Launch starts a program and waits until it is ready.
func Launch(t testing.TB, name string, environment ...string) *Program {
	t.Helper()
	p := Begin(t, name, environment...)
	deadline := time.After(within)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for p.Ready() != http.StatusOK {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s does not become ready\n%s", name, p.Said())
		}
	}
	return p
}

// follow collects the log of the program, and finds in it the address on which the program listens.
func (p *Program) follow(stderr io.Reader, listening chan<- string) {
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

// Said returns everything that the program has logged so far.
func (p *Program) Said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// Ready returns the HTTP status of /readyz, or 0 if the program does not answer.
func (p *Program) Ready() int {
	status, _ := p.Probe("/readyz")
	return status
}

// Metrics returns the metrics of the program, in the text format of Prometheus.
func (p *Program) Metrics() string {
	_, text := p.Probe("/metrics")
	return text
}

// Probe requests a path such as /readyz, and returns the status and the body of the answer. The
// status is 0 if the program does not answer.
func (p *Program) Probe(path string) (status int, text string) {
	return p.Ask(http.MethodGet, path)
}

// Ask sends a request without a body to the address of the probes, and returns the status and the
// body of the answer. The status is 0 if the program does not answer.
func (p *Program) Ask(method, path string) (status int, text string) {
	address := p.Address
	if elsewhere := p.probes.Load(); elsewhere != nil {
		address = *elsewhere
	}
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+address+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body) // an incomplete body fails the test later
	return answer.StatusCode, string(body)
}

// Stop tells the program to end, and waits for its end. The test fails if the program ends with an
// error.
func (p *Program) Stop() {
	p.end(syscall.SIGTERM, func(err error) {
		if err != nil {
			p.t.Errorf("the program ended with %v\n%s", err, p.Said())
		}
	})
}

// End ends the program by a signal, and waits for its end. If the program ends with an error, the
// test does not fail: the signal may be SIGKILL, or the test may have stopped a server that the
// program needs.
func (p *Program) End(by os.Signal) { p.end(by, func(error) {}) }

func (p *Program) end(by os.Signal, judge func(error)) {
	p.once.Do(func() {
		_ = p.Signal(by) // the program may have ended
		select {
		case err := <-p.ended:
			judge(err)
			checkLog(p.t, p.Said(), err != nil)
		case <-time.After(within):
			_ = p.command.Process.Kill()
			p.t.Errorf("the program did not end\n%s", p.Said())
		}
	})
}

// Signal sends a signal to the program.
func (p *Program) Signal(what os.Signal) error { return p.command.Process.Signal(what) }
