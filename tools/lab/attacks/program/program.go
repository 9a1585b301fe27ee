//go:build linux

package program

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// Program is a running program of the service.
type Program struct {
	name    string
	command *exec.Cmd
	log     string // path of the log
	exited  chan struct{}
}

const timeout = 30 * time.Second

// Build builds the service's programs.
func Build(ctx context.Context, dir string) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", dir+"/", "./cmd/api", "./cmd/projector")
	command.Dir = gotool.Root()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w: %s", err, output)
	}
	return nil
}

// Start starts a program and returns when it is ready. Stop ends the program.
func Start(ctx context.Context, dir, name string, environment ...string) (*Program, error) {
	p := &Program{name: name, log: filepath.Join(dir, name+".log"), exited: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, fmt.Errorf("make log: %w", err)
	}
	defer func() { _ = log.Close() }()
	p.command = exec.Command(filepath.Join(dir, name))
	p.command.Env = append(os.Environ(), environment...)
	p.command.Stderr = log
	p.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = p.command.Wait() // the log tells how the program ended
		close(p.exited)
	}()
	if err := p.untilReady(ctx); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

func (p *Program) untilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !p.ready(ctx) {
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended: %s", p.name, p.said())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w: %s", p.name, ctx.Err(), p.said())
		case <-tick.C:
		}
	}
	return nil
}

func (p *Program) ready(ctx context.Context) bool {
	probes := p.Address("probes")
	if probes == "" {
		probes = p.Address("")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+probes+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode == http.StatusOK
}

// Address returns the address of one of the program's servers. Address finds the address in the
// program's log. The name "" means the main server, and not the server for probes.
func (p *Program) Address(server string) string {
	for line := range bytes.Lines(p.said()) {
		var entry struct{ Msg, Address, Server string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" && (entry.Server == "probes") == (server == "probes") {
			return entry.Address
		}
	}
	return ""
}

func (p *Program) said() []byte {
	said, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	return said
}

// Stop ends the program and returns when it has ended.
func (p *Program) Stop() {
	for _, how := range []os.Signal{syscall.SIGTERM, os.Kill} {
		_ = p.command.Process.Signal(how) // the program may have ended already
		select {
		case <-p.exited:
			return
		case <-time.After(timeout):
		}
	}
}
