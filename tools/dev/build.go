package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// programs returns those that run needs, without what is left out.
func (s *stack) programs() []string {
	all := []string{"api", "projector", "migrate"}
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(s.without, name) })
}

// build compiles the programs, and shows how far it is while that takes long.
func (s *stack) build(ctx context.Context) error {
	say("building %s: 1 to 3 minutes the first time, seconds later", strings.Join(s.programs(), ", "))
	var packages []string
	for _, name := range s.programs() {
		packages = append(packages, "./cmd/"+name)
	}
	bin := filepath.Join(s.dir, "bin") + "/"
	command, err := goCommand(ctx, append([]string{"build", "-v", "-buildvcs=false", "-o", bin}, packages...)...)
	if err != nil {
		return err
	}
	output := &progress{out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stdout)}
	command.Dir, command.Stdout, command.Stderr = moduleRoot(), os.Stdout, output
	command.WaitDelay = time.Second // compilers that outlive it have its output open
	stop := output.follow(ctx, packages)
	err = command.Run()
	stop()
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// follow shows the progress every second until stop is called.
func (p *progress) follow(ctx context.Context, packages []string) (stop func()) {
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
				go func() { p.expect(countPackages(ctx, packages)) }()
			}
			p.show(elapsed)
		}
	}()
	return func() { cancel(); <-ended }
}

// countPackages returns how many packages the programs are made of; 0 if go can't say.
func countPackages(ctx context.Context, packages []string) int {
	command, err := goCommand(ctx, append([]string{"list", "-deps"}, packages...)...)
	if err != nil {
		return 0
	}
	command.Dir = moduleRoot()
	output, err := command.Output()
	if err != nil {
		return 0 // the build says what is wrong
	}
	return bytes.Count(output, []byte("\n"))
}
