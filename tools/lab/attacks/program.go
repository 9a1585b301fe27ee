//go:build linux

package main

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

// program is one of the service's, running.
type program struct {
	name    string
	command *exec.Cmd
	log     string // path
	exited  chan struct{}
}

const programTimeout = 30 * time.Second

// build makes the programs.
func build(ctx context.Context, dir string) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", dir+"/", "./cmd/api", "./cmd/projector")
	command.Dir = gotool.Root()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w: %s", err, output)
	}
	return nil
}

// start runs a program and returns when it is ready; stop ends it.
func start(ctx context.Context, dir, name string, environment ...string) (*program, error) {
	p := &program{name: name, log: filepath.Join(dir, name+".log"), exited: make(chan struct{})}
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
		_ = p.command.Wait() // how it ended is in its log
		close(p.exited)
	}()
	if err := p.untilReady(ctx); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *program) untilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, programTimeout)
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

func (p *program) ready(ctx context.Context) bool {
	probes := p.address("probes")
	if probes == "" {
		probes = p.address("")
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

// address is where one of the program's servers listens, by its log; "" is the one that is not of probes.
func (p *program) address(server string) string {
	for line := range bytes.Lines(p.said()) {
		var entry struct{ Msg, Address, Server string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" && (entry.Server == "probes") == (server == "probes") {
			return entry.Address
		}
	}
	return ""
}

func (p *program) said() []byte {
	said, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	return said
}

// stop ends the program and returns when it is gone.
func (p *program) stop() {
	for _, how := range []os.Signal{syscall.SIGTERM, os.Kill} {
		_ = p.command.Process.Signal(how) // it may have ended
		select {
		case <-p.exited:
			return
		case <-time.After(programTimeout):
		}
	}
}
