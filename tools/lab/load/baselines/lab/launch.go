package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Settings is the environment of every program. The access log is off, because the cost of a log
// line depends on the place to which the log is written.
var Settings = []string{"AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "ACCESS_LOG=false", "LOG_FORMAT=json", "LOG_LEVEL=info"}

// Start starts one of the service's programs on a database, and returns when it is ready.
func (l *Lab) Start(ctx context.Context, name string, b Base, environment ...string) (*Child, error) {
	environment = append(environment, "DATABASE_URL="+b.Service)
	return l.launch(ctx, name, exec.Command(filepath.Join(l.programs, name)), environment)
}

// StartSelf starts this program a second time, to run one of the functions of package standin.
// StartSelf returns when that program is ready.
func (l *Lab) StartSelf(ctx context.Context, name string, environment ...string) (*Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return l.launch(ctx, name, exec.Command(self, name), environment)
}

func (l *Lab) launch(ctx context.Context, name string, command *exec.Cmd, environment []string) (*Child, error) {
	log, err := os.CreateTemp(l.Dir, name+"-*.log")
	if err != nil {
		return nil, fmt.Errorf("make log: %w", err)
	}
	defer func() { _ = log.Close() }()
	p := &Child{name: name, Command: command, log: log.Name(), exited: make(chan struct{})}
	command.Env = append(append(os.Environ(), Settings...), environment...)
	command.Stderr = log
	if err := startBound(command); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	l.processes = append(l.processes, p)
	go func() {
		_ = command.Wait() // the log tells how the program ended
		close(p.exited)
	}()
	return p, p.untilReady(ctx)
}
