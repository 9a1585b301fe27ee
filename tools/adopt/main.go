// Command adopt turns a copy of this template into your service. The command renames the module and
// the service in all code, configuration, SQL and docs. The command does not rename engine/ and
// tools/, because they are separate modules. The command needs only Go. The program cmd/adopt
// builds and starts this command.
//
//	go run ./cmd/adopt github.com/acme/orders                   name the service orders
//	go run ./cmd/adopt -service billing github.com/acme/orders  name the service billing instead
//	go run ./cmd/adopt -keep-lab github.com/acme/orders         keep tools/lab, which measures the template and injects faults
//	go run ./cmd/adopt -engine-path github.com/acme/engine      set the import path of an engine that you publish
//	go run ./cmd/adopt -new-aggregate invoice                   add an aggregate
//	go run ./cmd/adopt -new-projection letters                  add a projection of the log's events
//	go run ./cmd/adopt -new-workflow late-fees                  add a workflow, and start it
//	go run ./cmd/adopt -new-migration add_due_dates             add an empty migration, numbered
//	go run ./cmd/adopt -page docs/how-to/add-a-query.md         do everything that a page tells you to paste, or nothing
//	go run ./cmd/adopt -edit < PATCH                            apply a patch, even if line numbers have moved
//	go run ./cmd/adopt -remove-sample                           remove the sample (accounts, transfers and customers), and its tests
//
// Run adopt before the service stores or publishes anything, because the stored names of streams
// and messages contain the service's name. Commit to git after each run of adopt, because most
// commands of adopt refuse a git tree with uncommitted changes.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/tools/adopt/begin"
	"example.com/pgcqrs/tools/adopt/migration"
	"example.com/pgcqrs/tools/adopt/paste"
	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/rename"
	"example.com/pgcqrs/tools/adopt/takeout"
	"example.com/pgcqrs/tools/adopt/workflow"
)

func main() {
	// adopt gets SIGPIPE if the program that reads its output has ended. This signal must not end
	// adopt after it has changed some files and before it has changed the others.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	if err := run(ctx, ".", os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "adopt:", err)
		stop()
		os.Exit(2)
	}
}

// run does what the arguments request, in the copy of the template in dir.
func run(ctx context.Context, dir string, args []string, in io.Reader, out io.Writer) error {
	w, answer, err := parse(args)
	switch {
	case err != nil:
		return err
	case answer != "":
		_, err = io.WriteString(out, answer)
		return err
	case w.engine != "":
		return rename.Engine(ctx, dir, w.engine, w.agreed(in, out), out)
	case w.aggregate != "":
		return begin.New(ctx, dir, begin.Aggregate, w.aggregate, out)
	case w.projection != "":
		return begin.New(ctx, dir, begin.Projection, w.projection, out)
	case w.workflow != "":
		return workflow.New(ctx, dir, w.workflow, out)
	case w.migration != "":
		return migration.New(dir, w.migration, out)
	case w.page != "":
		return paste.Page(ctx, dir, w.page, out)
	case w.edits:
		return editFrom(dir, in, out)
	case w.sampleGoes:
		return takeout.Sample(ctx, dir, out)
	}
	return rename.Copy(ctx, dir, rename.Service{Module: w.module, Name: w.service, KeepLab: w.keepLab}, w.agreed(in, out), out)
}

func editFrom(dir string, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the edit: %w", err)
	}
	return patch.Apply(dir, string(text), out)
}
