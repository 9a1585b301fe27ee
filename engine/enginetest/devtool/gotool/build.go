package gotool

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

// Build describes a build of some programs of the Go module in the directory Root.
type Build struct {
	For      string // name of the program that builds; output lines begin with it
	Root     string
	Packages []string // like ./cmd/api
	Output   string   // a file, or a folder if it ends with a slash
	Scratch  string   // folder for go's temporary files; if Scratch is on the same file system as Output, go replaces Output atomically; "": go chooses a folder
	Revision string   // the revision that the programs report; "": unknown
	Says     string   // text to print as soon as something has to be compiled; "": none
}

// Run builds the programs. If the build takes long, Run shows its progress. Errors of the compiler
// go to standard error.
func (b Build) Run(ctx context.Context) error {
	args := []string{"build", "-v", "-buildvcs=false", "-o", b.Output}
	if b.Revision != "" {
		args = append(args, "-ldflags=-X example.com/pgcqrs/engine/process/cli.revision="+b.Revision)
	}
	command, err := Command(ctx, append(args, b.Packages...)...)
	if err != nil {
		return err
	}
	output := &progress{name: b.For, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stdout), first: b.Says}
	command.Dir, command.Stdout, command.Stderr = b.Root, os.Stdout, output
	if b.Scratch != "" {
		command.Env = append(command.Environ(), "GOTMPDIR="+b.Scratch)
	}
	command.WaitDelay = time.Second // a compiler process that outlives the go command may hold the output pipe open
	stop := b.follow(ctx, output)
	err = command.Run()
	stop()
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// follow shows the progress of a build every second, until stop is called.
func (b Build) follow(ctx context.Context, p *progress) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		started, tick := time.Now(), time.NewTicker(time.Second)
		defer tick.Stop()
		counted := false
		for {
			select {
			case <-ctx.Done():
				p.finish()
				return
			case <-tick.C:
			}
			elapsed := time.Since(started).Round(time.Second)
			if !counted && elapsed >= quickBuild {
				counted = true
				go func() { p.expect(b.countPackages(ctx)) }()
			}
			p.show(elapsed)
		}
	}()
	return func() { cancel(); <-ended }
}

// countPackages returns the number of packages that the programs consist of, or 0 if the go command
// fails.
func (b Build) countPackages(ctx context.Context) int {
	command, err := Command(ctx, append([]string{"list", "-deps"}, b.Packages...)...)
	if err != nil {
		return 0
	}
	command.Dir = b.Root
	output, err := command.Output()
	if err != nil {
		return 0 // the build itself reports the error
	}
	return bytes.Count(output, []byte("\n"))
}
