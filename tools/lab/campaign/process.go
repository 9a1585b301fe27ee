//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// process is a program that is started again whenever it ends.
type process struct {
	name    string
	log     string
	command func() *exec.Cmd
	done    chan struct{}

	mu      sync.Mutex
	running *os.Process
	ended   bool // for good
}

func supervise(dir, name string, command func() *exec.Cmd) *process {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), command: command, done: make(chan struct{})}
	go p.keep()
	return p
}

func (p *process) keep() {
	defer close(p.done)
	for {
		command, err := p.launch()
		if err == nil && command == nil {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "campaign:", p.name, err)
			pause(context.Background(), time.Second)
			continue
		}
		_ = command.Wait() // killed, most likely
		p.mu.Lock()
		p.running = nil
		p.mu.Unlock()
		pause(context.Background(), 100*time.Millisecond)
	}
}

// launch starts the program, unless it has been ended for good.
func (p *process) launch() (*exec.Cmd, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return nil, nil
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
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

// signal tells the process something, if it runs.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		_ = p.running.Signal(s)
	}
}

// freeze stops the process for a while.
func (p *process) freeze(ctx context.Context, d time.Duration) {
	p.signal(syscall.SIGSTOP)
	pause(ctx, d)
	p.signal(syscall.SIGCONT)
}

// end ends the process for good.
func (p *process) end() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.signal(syscall.SIGKILL)
	<-p.done
}
