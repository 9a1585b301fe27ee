//go:build linux

package world

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Clock returns the path of a file. The file contains the duration by which the clock of a process
// is wrong.
func (w *World) Clock(process int) string { return filepath.Join(w.Dir, fmt.Sprint("clock", process)) }

// KeyURI returns an environment variable with its value (NAME=value). The variable names the file
// of the operator's key.
func (w *World) KeyURI() string { return "KEY_URI=file://" + filepath.Join(w.Dir, "key.json") }

// WithCopies returns an environment variable with its value (NAME=value). The variable makes a
// projector also run the read models of package copies.
func (w *World) WithCopies() string { return fmt.Sprint(copies.Variable, "=", w.Copies) }

// Program returns a command that runs one of the service's programs. The command's environment
// contains only the given settings.
func (w *World) Program(name string, settings []string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(w.Dir, name), args...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "GOMAXPROCS=2"}, settings...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}

// loginURL returns the URL of the database with a program's login. The URL leads through a wire (a
// TCP proxy).
func (w *World) loginURL(name string, wire *proxy.Wire) string { return LoginAt(name, wire.Address()) }

func LoginAt(name, host string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(sample.Service+name, sample.Service+name), Host: host, Path: "/pgcqrs", RawQuery: "sslmode=disable"}
	return u.String()
}

// Finish runs a command until it ends or ctx ends.
func Finish(ctx context.Context, command *exec.Cmd) error {
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(command.Path), err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(command.Path), err, strings.TrimSpace(said.String()))
	}
	return nil
}
