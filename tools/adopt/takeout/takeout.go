// Package takeout takes the sample out of a copy, and leaves it compiled and vetted (adopt -remove-sample).
package takeout

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"example.com/pgcqrs/tools/adopt/begin"
	"example.com/pgcqrs/tools/adopt/sample"
	"example.com/pgcqrs/tools/adopt/step"
	"example.com/pgcqrs/tools/adopt/template"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Sample leaves the engine alone, with nothing to append and nothing to project.
func Sample(ctx context.Context, dir string, out io.Writer) error {
	takeOut, done := takeOutSample, "done: an engine with its tests, and what you have begun. %s docs/ still shows everything by the sample.\n"
	if _, err := os.Stat(filepath.Join(dir, sample.Migration)); err != nil {
		left, err := sample.InTools(dir)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			fmt.Fprintln(out, "nothing to do: there is no "+sample.Migration+", and nothing of the sample in tools/")
			return nil
		}
		takeOut, done = takeOutOfTools, "done: tools/ has nothing of the sample any more. %s\n"
	}
	if err := worktree.RefuseDirty(ctx, dir); err != nil {
		return err
	}
	var said bytes.Buffer // what went is of interest only if all of it did
	if err := worktree.Wholly(ctx, dir, func() error { return takeOut(ctx, dir, &said, out) }); err != nil {
		return err
	}
	if _, err := said.WriteTo(out); err != nil {
		return err
	}
	fmt.Fprintf(out, done, next(dir))
	worktree.SayCommit(dir, out)
	return nil
}

// next returns what to do without the sample: begin, or go on with the aggregates that there are.
func next(dir string) string {
	entries, _ := os.ReadDir(filepath.Join(dir, begin.Aggregate.Folder)) // one that is not there has none
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "testdata" {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return "Begin with go run ./cmd/adopt -new-aggregate NAME and -new-projection NAME;"
	}
	return "Go on with " + strings.Join(names, ", ") + " in " + begin.Aggregate.Folder + ";"
}

// takeOutSample removes the sample's files, its lines in files that stay, and its tests. It
// writes what went to out, and what takes time, as it does, to progress.
func takeOutSample(ctx context.Context, dir string, out, progress io.Writer) error {
	if err := sample.LeaveOut(ctx, dir, out); err != nil {
		return err
	}
	fmt.Fprintln(progress, "  generating, compiling and vetting: half a minute; two on a machine that has not built this before, and longer on a busy one")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"fmt", "./..."}, {"build", "./..."}, {"-C", "tools", "fmt", "./..."}, {"-C", "tools", "build", "./..."}} {
		if err := step.Go(ctx, dir, progress, args...); err != nil && ctx.Err() == nil {
			return fmt.Errorf("what you have built on accounts and customers has to go first: %w", err)
		} else if err != nil {
			return err
		}
	}
	if err := removeTests(ctx, dir, out, progress); err != nil {
		return err
	}
	tidy(ctx, dir, out, progress, ".", "tools", template.Lab)
	return nil
}

// tidy takes out of each go.mod what nothing needs any more. It goes on where that can't be found out.
func tidy(ctx context.Context, dir string, out, progress io.Writer, modules ...string) {
	for _, module := range modules {
		if _, err := os.Stat(filepath.Join(dir, module, "go.mod")); err != nil {
			continue
		}
		if err := step.Go(ctx, dir, progress, "-C", module, "mod", "tidy"); err != nil {
			fmt.Fprintf(out, "  %s still names what those tests needed: run go -C %s mod tidy where there is a network\n", filepath.Join(module, "go.mod"), module)
		}
	}
}

// takeOutOfTools removes the sample's part of tools/ alone.
func takeOutOfTools(ctx context.Context, dir string, out, progress io.Writer) error {
	if err := sample.LeaveOutOfTools(dir, out); err != nil {
		return err
	}
	for _, args := range [][]string{{"-C", "tools", "fmt", "./..."}, {"-C", "tools", "build", "./..."}} {
		if err := step.Go(ctx, dir, progress, args...); err != nil {
			return err
		}
	}
	tidy(ctx, dir, out, progress, "tools")
	return nil
}
