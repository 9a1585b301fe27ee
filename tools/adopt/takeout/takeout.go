// Package takeout removes the sample from a copy of the template (adopt -remove-sample). The
// remaining code then compiles and passes go vet.
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

// Sample removes the sample. Afterwards the service has no aggregate and no projection, unless the
// user has added some.
func Sample(ctx context.Context, dir string, out io.Writer) error {
	takeOut, done := takeOutSample, "done: the engine, its tests and your own code are left. The pages in docs/ still use the sample as their example.\n%s\n"
	if _, err := os.Stat(filepath.Join(dir, sample.Migration)); err != nil {
		left, err := sample.InTools(dir)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			fmt.Fprintln(out, "nothing to do: there is no "+sample.Migration+", and no part of the sample in tools/")
			return nil
		}
		takeOut, done = takeOutOfTools, "done: tools/ has no part of the sample any more.\n%s\n"
	}
	if err := worktree.RefuseDirty(ctx, dir); err != nil {
		return err
	}
	var said bytes.Buffer // the list of removed files; printed only if all were removed
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

// next returns a text for the user of a copy from which the sample was removed. The text says what
// to do next: add an aggregate, or continue with the existing aggregates.
func next(dir string) string {
	entries, _ := os.ReadDir(filepath.Join(dir, begin.Aggregate.Folder)) // a missing folder has no entries
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "testdata" {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return "Begin with go run ./cmd/adopt -new-aggregate NAME, and then -new-projection NAME."
	}
	return "Continue with your aggregates in " + begin.Aggregate.Folder + ": " + strings.Join(names, ", ") + "."
}

// takeOutSample removes the sample's files, the sample's lines in other files, and the sample's
// tests. It writes the names of the removed files to out. While a long command such as go vet runs,
// takeOutSample writes messages about the command to progress.
func takeOutSample(ctx context.Context, dir string, out, progress io.Writer) error {
	if err := sample.LeaveOut(ctx, dir, out); err != nil {
		return err
	}
	fmt.Fprintln(progress, "  generating, compiling and vetting takes half a minute, or two minutes on a machine that has not built this before")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"fmt", "./..."}, {"build", "./..."}, {"-C", "tools", "fmt", "./..."}, {"-C", "tools", "build", "./..."}} {
		if err := step.Go(ctx, dir, progress, args...); err != nil && ctx.Err() == nil {
			return fmt.Errorf("first remove your own code that uses accounts or customers: %w", err)
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

// tidy removes requirements that are no longer needed from the go.mod of each module. If go mod
// tidy fails, tidy prints a hint and continues with the next module.
func tidy(ctx context.Context, dir string, out, progress io.Writer, modules ...string) {
	for _, module := range modules {
		if _, err := os.Stat(filepath.Join(dir, module, "go.mod")); err != nil {
			continue
		}
		if err := step.Go(ctx, dir, progress, "-C", module, "mod", "tidy"); err != nil {
			fmt.Fprintf(out, "  %s may still require modules that only the removed tests needed: run go -C %s mod tidy when you have a network\n", filepath.Join(module, "go.mod"), module)
		}
	}
}

// takeOutOfTools removes the sample's files and tests from tools/, and changes nothing in other
// folders.
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
