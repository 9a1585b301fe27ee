// Package child starts the programs that belong to one run of dev. It ends them and all that they
// start, even if dev is killed.
package child

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/dev/console"
)

// stopTimeout bounds how long a child may take to end by itself.
const stopTimeout = 15 * time.Second

// Program is a program that dev started, with everything that the program starts.
type Program struct {
	Name    string
	Command *exec.Cmd
	output  *console.Prefixed
	exited  chan struct{}
	err     error // how the program ended; read it after exited
}

// Start runs a program, and prefixes its output with its name.
func (g *Guard) Start(name string, env []string, path string) (*Program, error) {
	output := console.NewPrefixed(name)
	command := exec.Command(path)
	command.Env, command.Stdout, command.Stderr = env, output, output
	c := &Program{Name: name, Command: command, output: output}
	return c, g.Launch(c)
}

// Launch starts a child, and the guard ends it if dev can't.
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

// Ended returns a channel that is closed when the child has ended. The channel of a child that was
// left out is never closed.
func (c *Program) Ended() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.exited
}

// Stop asks the child and all that it started to end, and kills them after a while.
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

// Err returns how the child ended; call it after Ended is closed.
func (c *Program) Err() error { return c.err }

// Last returns the last lines that the child wrote.
func (c *Program) Last() string { return c.output.Last() }

// Listening reports whether the child has logged that it listens.
func (c *Program) Listening() bool { return c.output.Listening() }

// Died describes the end of a child that should not have ended.
func (c *Program) Died() error {
	how := "it ended"
	if c.err != nil {
		how = c.err.Error()
	}
	return fmt.Errorf("%s died (%s); its last lines:\n%s", c.Name, how, c.output.Last())
}
