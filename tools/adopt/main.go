// Command adopt makes a copy of this template yours: it renames the module and the
// service everywhere, in code, configuration, SQL and docs. It leaves engine/ and tools/, which are modules of
// their own, as they are. It needs nothing but Go, and cmd/adopt builds and starts it.
//
//	go run ./cmd/adopt github.com/acme/orders                   the service is called orders
//	go run ./cmd/adopt -service billing github.com/acme/orders
//	go run ./cmd/adopt -keep-lab github.com/acme/orders         tools/lab stays, which measures and breaks the template
//	go run ./cmd/adopt -engine-path github.com/acme/engine      the import path of an engine that you publish
//	go run ./cmd/adopt -new-aggregate invoice                   one more, beside those that there are
//	go run ./cmd/adopt -new-projection letters                  a read model of the log's events
//	go run ./cmd/adopt -new-migration add_due_dates             an empty one, numbered
//	go run ./cmd/adopt -page docs/how-to/add-a-query.md         what the page has you paste, all of it or nothing
//	go run ./cmd/adopt -edit < PATCH                            a patch whose lines find their places
//	go run ./cmd/adopt -remove-sample                           accounts and customers go, and their tests
//
// Do it before anything is stored or published: stream and message types get the new name, too.
// Commit after each step: the next one wants a git tree in which everything is committed.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/engine/process/cli"
)

// What everything is called in the template. A copy that was adopted has another module, and is left
// alone: its own name may be a word that is found all over.
const (
	oldModule  = "example.com/pgcqrs"
	oldService = "pgcqrs"
	oldTools   = oldModule + "/tools"
	devFolder  = "/var/lib/" + oldService + "-dev" // is the engine's, for root's databases
)

const usage = `adopt renames this template's module and service. engine/ and tools/ stay as they are.

  go run ./cmd/adopt [-service NAME] [-keep-lab] [-yes] NEW/MODULE
  go run ./cmd/adopt -engine-path MODULE
  go run ./cmd/adopt -new-aggregate NAME
  go run ./cmd/adopt -new-projection NAME
  go run ./cmd/adopt -new-migration NAME
  go run ./cmd/adopt -page docs/how-to/PAGE.md
  go run ./cmd/adopt -edit < PATCH
  go run ./cmd/adopt -remove-sample

Each of them changes everything that it has to, or nothing. All but -new-migration, -page and
-edit want a git tree in which everything is committed, or no git: commit after each.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, ".", os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "adopt:", err)
		stop()
		os.Exit(2)
	}
}

// wanted is what the command line asks for.
type wanted struct {
	module, service                        string
	engine                                 string
	aggregate, projection, migration, page string
	edits, sampleGoes, keepLab, yes        bool
}

// parse reads the command line. The answer is what is to be printed, and nothing else done.
func parse(args []string) (w wanted, answer string, err error) {
	var said strings.Builder
	flags := flag.NewFlagSet("adopt", flag.ContinueOnError)
	flags.SetOutput(&said)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&w.service, "service", "", "`name` of the service in lower-case letters and digits, for example billing; the image, the sessions in PostgreSQL, and the broker's stream and subjects are called by it (default: the last part of the module, for example orders for github.com/acme/orders)")
	flags.StringVar(&w.engine, "engine-path", "", "`module` path that the engine gets, like github.com/acme/engine, in engine/, tools/ and the service: for a team that publishes its own engine; once, before anybody else imports it")
	flags.StringVar(&w.aggregate, "new-aggregate", "", "`name` of an aggregate to begin, in the singular: events, decisions, test, read model, migration, routes, wired; as the tutorial's shopping cart")
	flags.StringVar(&w.projection, "new-projection", "", "`name` of a projection to begin, in the plural: read model, migration, query, route, wired; as docs/how-to/add-a-projection.md")
	flags.StringVar(&w.migration, "new-migration", "", "`name` of a migration to begin, like add_due_dates")
	flags.StringVar(&w.page, "page", "", "`file` of docs/ to paste the blocks of, but for those that use a running service")
	flags.BoolVar(&w.edits, "edit", false, "apply the patch on standard input: each change finds its place by the lines beside it")
	flags.BoolVar(&w.sampleGoes, "remove-sample", false, "take out accounts and customers: events, decisions, read models, routes, migrations, and every test that speaks of them")
	flags.BoolVar(&w.keepLab, "keep-lab", false, "leave tools/lab, which measures and breaks the template, in the copy")
	flags.BoolVar(&w.yes, "yes", false, "do it without asking")
	version := flags.Bool("version", false, "print the version")
	switch err := flags.Parse(args); {
	case *version:
		return w, cli.Version(launch.Service(), "adopt") + "\n", nil
	case errors.Is(err, flag.ErrHelp):
		return w, said.String(), nil
	case err != nil:
		return w, "", errors.New(said.String()) // what is wrong, and the usage
	}
	verb := w.engine+w.aggregate+w.projection+w.migration+w.page != "" || w.edits || w.sampleGoes
	alone := flags.NArg() == 0 && (flags.NFlag() == 1 || flags.NFlag() == 2 && w.yes)
	switch {
	case verb && alone:
		return w, "", nil
	case verb:
		return w, "", errors.New("-engine-path, -new-aggregate, -new-projection, -new-migration, -page, -edit and -remove-sample go one at a time, without a module, -service and -keep-lab")
	case flags.NArg() != 1:
		return w, "", errors.New("name the new module, like github.com/acme/orders; -h lists what else there is")
	}
	w.module = flags.Arg(0)
	return w, "", nil
}

// run does what the arguments ask for, to the copy in a directory.
func run(ctx context.Context, dir string, args []string, in io.Reader, out io.Writer) error {
	w, answer, err := parse(args)
	switch {
	case err != nil:
		return err
	case answer != "":
		_, err = io.WriteString(out, answer)
		return err
	case w.engine != "":
		return moveEngine(ctx, dir, w, in, out)
	case w.aggregate != "":
		return begin(ctx, dir, anAggregate, w.aggregate, out)
	case w.projection != "":
		return begin(ctx, dir, aProjection, w.projection, out)
	case w.migration != "":
		return newMigration(dir, w.migration, out)
	case w.page != "":
		return pastePage(ctx, dir, w.page, out)
	case w.edits:
		return editFrom(dir, in, out)
	case w.sampleGoes:
		return removeSample(ctx, dir, out)
	}
	return rename(ctx, dir, w, in, out)
}

// rename gives the copy its module's and its service's name.
func rename(ctx context.Context, dir string, w wanted, in io.Reader, out io.Writer) error {
	names, err := newNames(w.module, w.service)
	if err != nil {
		return err
	}
	plan, err := prepare(ctx, dir, names)
	if err != nil {
		return err
	}
	if len(plan) == 0 {
		fmt.Fprintln(out, "nothing to do: this has been adopted")
		return nil
	}
	plan = plan.staying(w.keepLab)
	plan.show(out, names, w.keepLab)
	if !w.yes && !agreed(in, out) {
		return errors.New("nothing was changed")
	}
	if err := wholly(ctx, dir, func() error { return plan.apply(dir, w.keepLab) }); err != nil {
		return err
	}
	fmt.Fprintln(out, "done. Try it: go run ./cmd/dev run, and go run ./cmd/dev test. README.md has a line for you to write: what the service is for.")
	sayCommit(dir, out)
	return nil
}

func editFrom(dir string, in io.Reader, out io.Writer) error {
	patch, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the edit: %w", err)
	}
	return edit(dir, string(patch), out)
}

func agreed(in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, "do it? [y/N] ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}
