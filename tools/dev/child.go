package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopTimeout is how long a child may take to end by itself.
const stopTimeout = 15 * time.Second

// child is one program that we started, with whatever that starts.
type child struct {
	name    string
	command *exec.Cmd
	output  *prefixed
	exited  chan struct{}
	err     error // how it ended; read it after exited
}

// start runs a program with its output prefixed by its name.
func (g *guard) start(name string, env []string, path string) (*child, error) {
	output := newPrefixed(name)
	command := exec.Command(path)
	command.Env, command.Stdout, command.Stderr = env, output, output
	c := &child{name: name, command: command, output: output}
	return c, g.launch(c)
}

// launch starts a child that the guard ends if we can't.
func (g *guard) launch(c *child) error {
	c.command.SysProcAttr = ownSession()
	c.command.WaitDelay = time.Second
	if err := c.command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.name, err)
	}
	g.watch(c.command.Process.Pid)
	c.exited = make(chan struct{})
	go func() {
		c.err = c.command.Wait()
		g.forget(c.command.Process.Pid)
		close(c.exited)
	}()
	return nil
}

// ended is closed when the child has ended; one that was left out never does.
func (c *child) ended() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.exited
}

// stop asks the child and all that it started to end, and makes them if they don't.
func (c *child) stop(how syscall.Signal) {
	if c == nil {
		return
	}
	for _, sig := range []syscall.Signal{how, syscall.SIGKILL} {
		select {
		case <-c.exited:
			return
		default:
			signalGroup(c.command.Process.Pid, sig)
		}
		select {
		case <-c.exited:
		case <-time.After(stopTimeout):
			say("%s does not end: killing it", c.name)
		}
	}
}

// died says how a child ended that should not have.
func (c *child) died() error {
	how := "it ended"
	if c.err != nil {
		how = c.err.Error()
	}
	return fmt.Errorf("%s died (%s); its last lines:\n%s", c.name, how, c.output.last())
}

// environ is ours, with these variables set, or gone if their value is "".
func environ(set map[string]string) []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		_, ours := set[name]
		_, ourFile := set[strings.TrimSuffix(name, "_FILE")] // NAME_FILE would contradict our NAME
		if !ours && !ourFile {
			env = append(env, entry)
		}
	}
	for name, value := range set {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
