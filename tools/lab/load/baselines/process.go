package baselines

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// child is a program that runs for as long as the lab does, at most.
type child struct {
	name    string
	command *exec.Cmd
	log     string // path
	url     string
	exited  chan struct{}
	once    sync.Once
}

// endTimeout is longer than the programs take to finish what they have in hand.
const endTimeout = 12 * time.Second

// settings are the environment of every program: what a request costs must not
// depend on where its access log goes.
var settings = []string{"AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "ACCESS_LOG=false", "LOG_FORMAT=json", "LOG_LEVEL=info"}

// start runs one of the programs on a database, and returns when it is ready.
func (l *Lab) start(ctx context.Context, name string, b base, environment ...string) (*child, error) {
	environment = append(environment, "DATABASE_URL="+b.service)
	return l.launch(ctx, name, exec.Command(filepath.Join(l.programs, name)), environment)
}

// startSelf runs a stand-in, which is a part of this program.
func (l *Lab) startSelf(ctx context.Context, name string, environment ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return l.launch(ctx, name, exec.Command(self, name), environment)
}

func (l *Lab) launch(ctx context.Context, name string, command *exec.Cmd, environment []string) (*child, error) {
	log, err := os.CreateTemp(l.dir, name+"-*.log")
	if err != nil {
		return nil, fmt.Errorf("make log: %w", err)
	}
	defer func() { _ = log.Close() }()
	p := &child{name: name, command: command, log: log.Name(), exited: make(chan struct{})}
	command.Env = append(append(os.Environ(), settings...), environment...)
	command.Stderr = log
	if err := startBound(command); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	l.processes = append(l.processes, p)
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(p.exited)
	}()
	return p, p.untilReady(ctx)
}

func (p *child) untilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
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

func (p *child) ready(ctx context.Context) bool {
	if p.url == "" {
		p.url = addressIn(p.said())
	}
	if p.url == "" {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode == http.StatusOK
}

// addressIn finds the URL in the log of a program that listens.
func addressIn(log []byte) string {
	for line := range bytes.Lines(log) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
			return "http://" + entry.Address
		}
	}
	return ""
}

func (p *child) said() []byte {
	said, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	return said
}

// stop ends the program and returns when it is gone.
func (p *child) stop() {
	p.once.Do(func() {
		for _, how := range []os.Signal{syscall.SIGTERM, os.Kill} {
			if err := p.command.Process.Signal(how); errors.Is(err, os.ErrProcessDone) {
				break
			}
			select {
			case <-p.exited:
				return
			case <-time.After(endTimeout):
			}
		}
		<-p.exited
	})
}
