// Package step runs commands that take long ("steps"), such as commands of go. It tells the user
// which command it runs, before the command starts and while the command runs.
package step

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// SaidEvery is the interval between two reports of a running step (a command that takes long).
const SaidEvery = 15 * time.Second

// Say runs a step (a command that takes long). It tells the user about the step before the step
// starts, and repeats this at an interval while the step runs.
func Say(out io.Writer, what string, every time.Duration, do func() error) error {
	fmt.Fprintf(out, "  %s\n", what)
	began, tick, done := time.Now(), time.NewTicker(every), make(chan error, 1)
	defer tick.Stop()
	go func() { done <- do() }()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			fmt.Fprintf(out, "  %s, %v …\n", what, time.Since(began).Round(time.Second))
		}
	}
}

func Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	return command
}

func Go(ctx context.Context, dir string, out io.Writer, args ...string) error {
	what := "go " + strings.Join(args, " ")
	return Say(out, what, SaidEvery, func() error {
		if output, err := Command(ctx, dir, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", what, err, output)
		}
		return nil
	})
}
