//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// job is what an attacker is told.
type job struct {
	Attack    string
	API       string   // host:port
	Issuer    string   // URL
	Tokens    []string // of the attacker's subjects
	Account   string   // path of one of the first subject's
	Long      string   // path of another, with a long history
	Version   int      // of it
	Customers []string // paths of the first subject's
	Head      int64    // of the log
}

// generating is the argument that makes this program the attacker.
const generating = "generate"

func generates() bool { return len(os.Args) == 2 && os.Args[1] == generating }

// attacker is a running generator: a process on one processor, which ends with us.
type attacker struct {
	command *exec.Cmd
	input   io.Closer
	output  bytes.Buffer
	errors  bytes.Buffer
}

// begin starts an attack, which goes on until its end is called.
func (w *world) begin(a attack) (*attacker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	processor, err := lastProcessor()
	if err != nil {
		return nil, err
	}
	g := &attacker{command: exec.Command("taskset", "--cpu-list", processor, self, generating)}
	g.command.Stdout, g.command.Stderr = &g.output, &g.errors
	g.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := g.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	g.input = pipe
	if err := g.command.Start(); err != nil {
		return nil, fmt.Errorf("start the attacker: %w", err)
	}
	told := w.job
	told.Attack = a.name
	if err := json.NewEncoder(pipe).Encode(told); err != nil {
		return nil, fmt.Errorf("tell the attacker: %w", err)
	}
	return g, nil
}

// end has the attacker stop, and returns what it got.
func (g *attacker) end() (sent tally, err error) {
	_ = g.input.Close() // it may be gone
	if err := g.command.Wait(); err != nil {
		return nil, fmt.Errorf("attacker: %w: %s", err, g.errors.String())
	}
	return sent, json.Unmarshal(g.output.Bytes(), &sent)
}

// lastProcessor is one that we may run on.
func lastProcessor() (string, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", fmt.Errorf("look for a processor: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if list, found := strings.CutPrefix(line, "Cpus_allowed_list:"); found {
			list = strings.TrimSpace(list)
			return list[strings.LastIndexAny(list, ",-")+1:], nil
		}
	}
	return "", fmt.Errorf("the kernel does not say on which processors we may run")
}

// generator is this program as the attacker.
type generator struct {
	job
	running atomic.Int64 // requests without an answer so far
	mu      sync.Mutex
	sent    tally
}

// generate reads the job, attacks until the input ends, and says what it got.
func generate(ctx context.Context) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input := json.NewDecoder(os.Stdin)
	g := &generator{sent: tally{}}
	if err := input.Decode(&g.job); err != nil {
		fmt.Fprintln(os.Stderr, "attacks: read the job:", err)
		return 1
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // whoever began us ends it
		close(ended)
	}()
	for _, a := range attacks {
		if a.name == g.Attack {
			go a.send(ctx, g)
		}
	}
	<-ended
	g.mu.Lock()
	sent := maps.Clone(g.sent)
	g.mu.Unlock()
	if running := g.running.Load(); running > 0 {
		sent["no answer yet"] = running
	}
	if err := json.NewEncoder(os.Stdout).Encode(sent); err != nil {
		return 1
	}
	return 0
}

func (g *generator) note(kind string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent[kind]++
}

// farFromNow is later than any attack ends.
const farFromNow = 24 * time.Hour
