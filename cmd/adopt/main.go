// Command adopt makes a copy of this template yours: it renames the module and the
// service everywhere, in code, configuration, SQL and docs. It needs nothing but Go.
//
//	go run ./cmd/adopt github.com/acme/orders                   the service is called orders
//	go run ./cmd/adopt -service billing github.com/acme/orders
//	go run ./cmd/adopt -new-aggregate invoice                   one more, beside those that there are
//	go run ./cmd/adopt -new-projection letters                  a read model of the log's events
//	go run ./cmd/adopt -new-migration add_due_dates             an empty one, numbered
//	go run ./cmd/adopt -page docs/how-to/add-a-query.md         what the page has you paste, all of it or nothing
//	go run ./cmd/adopt -edit < PATCH                            a patch whose lines find their places
//	go run ./cmd/adopt -remove-sample                           accounts and customers go, and their tests
//
// Do it before anything is stored or published: role, stream and message types get the
// new name, too.
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

	"example.com/pgcqrs/internal/ops/cli"
)

// What everything is called in the template; in two parts each, so that it is not renamed
// here. A copy that was adopted has them nowhere, and is left alone: its own name may be
// a word that is found all over.
const (
	oldModule  = "example.com/pg" + "cqrs"
	oldService = "pg" + "cqrs"
)

const usage = `adopt renames this template's module and service, everywhere.

  go run ./cmd/adopt [-service NAME] [-yes] NEW/MODULE
  go run ./cmd/adopt -new-aggregate NAME
  go run ./cmd/adopt -new-projection NAME
  go run ./cmd/adopt -new-migration NAME
  go run ./cmd/adopt -page docs/how-to/PAGE.md
  go run ./cmd/adopt -edit < PATCH
  go run ./cmd/adopt -remove-sample

Each of them changes everything that it has to, or nothing.

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

// run adopts the copy in a directory.
func run(ctx context.Context, dir string, args []string, in io.Reader, out io.Writer) error {
	var said strings.Builder
	flags := flag.NewFlagSet("adopt", flag.ContinueOnError)
	flags.SetOutput(&said)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	service := flags.String("service", "", "`name` of the service: of its database role, image, stream and subjects (default: the module's last part)")
	aggregate := flags.String("new-aggregate", "", "`name` of an aggregate to begin, in the singular: events, decisions, test, read model, migration, routes, wired; as the tutorial's shopping cart")
	projection := flags.String("new-projection", "", "`name` of a projection to begin, in the plural: read model, migration, query, route, wired; as docs/how-to/add-a-projection.md")
	migration := flags.String("new-migration", "", "`name` of a migration to begin, like add_due_dates")
	page := flags.String("page", "", "`file` of docs/ to paste the blocks of, but for those that use a running service")
	edits := flags.Bool("edit", false, "apply the patch on standard input: each change finds its place by the lines beside it")
	sampleGoes := flags.Bool("remove-sample", false, "take out accounts and customers: events, decisions, read models, routes, migrations, and every test that speaks of them")
	yes := flags.Bool("yes", false, "do it without asking")
	version := flags.Bool("version", false, "print the version")
	switch err := flags.Parse(args); {
	case *version:
		_, err = fmt.Fprintln(out, cli.Version("adopt"))
		return err
	case errors.Is(err, flag.ErrHelp):
		_, err = fmt.Fprint(out, said.String())
		return err
	case err != nil:
		return errors.New(said.String()) // what is wrong, and the usage
	}
	if flags.NFlag() == 1 && flags.NArg() == 0 {
		switch {
		case *aggregate != "":
			return begin(ctx, dir, anAggregate, *aggregate, out)
		case *projection != "":
			return begin(ctx, dir, aProjection, *projection, out)
		case *migration != "":
			return newMigration(dir, *migration, out)
		case *page != "":
			return pastePage(ctx, dir, *page, out)
		case *edits:
			return editFrom(dir, in, out)
		case *sampleGoes:
			return removeSample(ctx, dir, out)
		}
	}
	if flags.NArg() != 1 || *aggregate+*projection+*migration+*page != "" || *sampleGoes || *edits {
		return errors.New("name the new module, like github.com/acme/orders; -h lists what else there is")
	}
	names, err := newNames(flags.Arg(0), *service)
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
	plan.show(out, names)
	if !*yes && !agreed(in, out) {
		return errors.New("nothing was changed")
	}
	if err := wholly(ctx, dir, func() error { return plan.apply(dir) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "done. Try it: go run ./cmd/dev run, and go run ./cmd/dev test\n")
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
