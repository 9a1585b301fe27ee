// Package child starts the programs that belong to one run of dev, and ends them with all that they start, also
// if dev is killed.
package child

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/dev/console"
)

// stopTimeout is how long a child may take to end by itself.
const stopTimeout = 15 * time.Second

// Program is one program that we started, with whatever that starts.
type Program struct {
	Name    string
	Command *exec.Cmd
	output  *console.Prefixed
	exited  chan struct{}
	err     error // how it ended; read it after exited
}

// Start runs a program with its output prefixed by its name.
func (g *Guard) Start(name string, env []string, path string) (*Program, error) {
	output := console.NewPrefixed(name)
	command := exec.Command(path)
	command.Env, command.Stdout, command.Stderr = env, output, output
	c := &Program{Name: name, Command: command, output: output}
	return c, g.Launch(c)
}

// Launch starts a child that the guard ends if we can't.
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

// Ended is closed when the child has ended; one that was left out never does.
func (c *Program) Ended() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.exited
}

// Stop asks the child and all that it started to end, and makes them if they don't.
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

// Err is how it ended: read it after Ended is closed.
func (c *Program) Err() error { return c.err }

// Last are the last lines that it wrote.
func (c *Program) Last() string { return c.output.Last() }

// Listening says whether it has said that it listens.
func (c *Program) Listening() bool { return c.output.Listening() }

// Died says how a child ended that should not have.
func (c *Program) Died() error {
	how := "it ended"
	if c.err != nil {
		how = c.err.Error()
	}
	return fmt.Errorf("%s died (%s); its last lines:\n%s", c.Name, how, c.output.Last())
}
