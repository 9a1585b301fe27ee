//go:build linux

package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// Process is a program that this package starts again whenever it ends. The method End ends the
// program permanently.
type Process struct {
	Name    string
	Log     string
	command func() *exec.Cmd
	done    chan struct{}

	mu      sync.Mutex
	running *os.Process
	ended   bool // End was called
}

func Supervise(dir, name string, command func() *exec.Cmd) *Process {
	p := &Process{Name: name, Log: filepath.Join(dir, name+".log"), command: command, done: make(chan struct{})}
	go p.keep()
	return p
}

func (p *Process) keep() {
	defer close(p.done)
	for {
		command, err := p.launch()
		if err == nil && command == nil {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "campaign:", p.Name, err)
			interval.Pause(context.Background(), time.Second)
			continue
		}
		_ = command.Wait() // the error says how it ended, mostly by a kill
		p.mu.Lock()
		p.running = nil
		p.mu.Unlock()
		interval.Pause(context.Background(), 100*time.Millisecond)
	}
}

// launch starts the program. After a call of End, launch does nothing.
func (p *Process) launch() (*exec.Cmd, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return nil, nil
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	command := p.command()
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	p.running = command.Process
	return command, nil
}

// Signal sends the process a signal. If the process does not run at the moment, Signal does
// nothing.
func (p *Process) Signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		_ = p.running.Signal(s)
	}
}

// Freeze stops the process for the duration d, and then continues it.
func (p *Process) Freeze(ctx context.Context, d time.Duration) {
	p.Signal(syscall.SIGSTOP)
	interval.Pause(ctx, d)
	p.Signal(syscall.SIGCONT)
}

// End kills the process permanently: no new process is started in its place.
func (p *Process) End() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.Signal(syscall.SIGKILL)
	<-p.done
}
