package gotool

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

// Build is one of programs of the module at Root.
type Build struct {
	For      string // who builds: its lines begin with this
	Root     string
	Packages []string // like ./cmd/api
	Output   string   // a file, or a folder with a slash at its end
	Scratch  string   // folder for what go makes on the way; on the output's file system, the output changes at once. "" is go's choice
	Revision string   // that the programs say they are built from; "" for an unknown one
	Says     string   // as soon as it turns out that something has to be compiled; "" for nothing
}

// Run builds, and shows how far it is while that takes long. What go says of mistakes goes
// to the error output.
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
	command.WaitDelay = time.Second // compilers that outlive it have its output open
	stop := b.follow(ctx, output)
	err = command.Run()
	stop()
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// follow shows the progress every second until stop is called.
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

// countPackages returns how many packages the programs are made of; 0 if go can't say.
func (b Build) countPackages(ctx context.Context) int {
	command, err := Command(ctx, append([]string{"list", "-deps"}, b.Packages...)...)
	if err != nil {
		return 0
	}
	command.Dir = b.Root
	output, err := command.Output()
	if err != nil {
		return 0 // the build says what is wrong
	}
	return bytes.Count(output, []byte("\n"))
}
