// Package child starts the programs of one run of the command dev, and ends these programs and all
// of their child processes. It ends them even if dev is killed.
package child

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/dev/console"
)

// stopTimeout is the time that a child process gets to end by itself. After this time, dev kills
// the child process.
const stopTimeout = 15 * time.Second

// Program is a program that dev started, together with all processes that this program starts.
type Program struct {
	Name    string
	Command *exec.Cmd
	output  *console.Prefixed
	exited  chan struct{}
	err     error // how the program ended; valid once exited is closed
}

// Start starts a program with arguments. Each line of the program's output gets the program's name
// as a prefix.
func (g *Guard) Start(name string, env []string, path string, args ...string) (*Program, error) {
	output := console.NewPrefixed(name)
	command := exec.Command(path, args...)
	command.Env, command.Stdout, command.Stderr = env, output, output
	c := &Program{Name: name, Command: command, output: output}
	return c, g.Launch(c)
}

// Launch starts a child process. If dev is killed, the guard ends the child process. The guard is a
// shell process that continues after dev has ended.
func (g *Guard) Launch(c *Program) error {
	c.Command.SysProcAttr = OwnSession()
	c.Command.WaitDelay = time.Second
	if err := c.Command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.Name, err)
	}
	g.watch(c.Command.Process.Pid)
	c.exited = make(chan struct{})
	go func() {
		c.err = c.Command.Wait()
		g.forget(c.Command.Process.Pid)
		close(c.exited)
	}()
	return nil
}

// Ended returns a channel that is closed when the child process has ended. If the child process was
// never started, the channel is never closed.
func (c *Program) Ended() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.exited
}

// Stop sends a signal to the child process and to all processes in its group. If a process still
// runs after stopTimeout, Stop kills it.
func (c *Program) Stop(how syscall.Signal) {
	if c == nil {
		return
	}
	for _, sig := range []syscall.Signal{how, syscall.SIGKILL} {
		select {
		case <-c.exited:
			return
		default:
			signalGroup(c.Command.Process.Pid, sig)
		}
		select {
		case <-c.exited:
		case <-time.After(stopTimeout):
			console.Say("%s does not end: killing it", c.Name)
		}
	}
}

// Err returns how the child process ended. Call Err only after the channel that Ended returns is
// closed.
func (c *Program) Err() error { return c.err }

// Last returns the last lines of the child process's output.
func (c *Program) Last() string { return c.output.Last() }

// Listening reports whether the child process has logged that it accepts connections.
func (c *Program) Listening() bool { return c.output.Listening() }

// Died returns an error that describes the unexpected end of the child process.
func (c *Program) Died() error {
	how := "it ended"
	if c.err != nil {
		how = c.err.Error()
	}
	return fmt.Errorf("%s died (%s); its last lines:\n%s", c.Name, how, c.output.Last())
}
