package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/engine/process/cli"
)

const usage = `adopt renames this template's module and service. engine/ and tools/ stay as they are.

  go run ./cmd/adopt [-service NAME] [-keep-lab] [-yes] NEW/MODULE
  go run ./cmd/adopt -engine-path MODULE
  go run ./cmd/adopt -new-aggregate NAME
  go run ./cmd/adopt -new-projection NAME
  go run ./cmd/adopt -new-workflow NAME
  go run ./cmd/adopt -new-migration NAME
  go run ./cmd/adopt -page docs/how-to/PAGE.md
  go run ./cmd/adopt -edit < PATCH
  go run ./cmd/adopt -remove-sample

Each of these commands makes all of its changes, or none. All of them except -new-workflow,
-new-migration, -page and -edit refuse a git tree with uncommitted changes, so commit after each
command.

`

// wanted holds the options of the command line.
type wanted struct {
	module, service                 string
	engine                          string
	aggregate, projection, workflow string
	migration, page                 string
	edits, sampleGoes, keepLab, yes bool
}

// agreed returns a function that asks the user before a change. With -yes the function returns true
// without asking.
func (w wanted) agreed(in io.Reader, out io.Writer) func() bool {
	return func() bool {
		if w.yes {
			return true
		}
		fmt.Fprint(out, "make these changes? [y/N] ")
		answer, _ := bufio.NewReader(in).ReadString('\n')
		return strings.EqualFold(strings.TrimSpace(answer), "y")
	}
}

// parse reads the command line. If the command line requests the help or the version, the result
// answer contains this text. The caller then prints the text, and does nothing else.
func parse(args []string) (w wanted, answer string, err error) {
	var said strings.Builder
	flags := flag.NewFlagSet("adopt", flag.ContinueOnError)
	flags.SetOutput(&said)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&w.service, "service", "", "`name` of the service in lower-case letters and digits, for example billing; the image, the sessions in PostgreSQL, and the broker's stream and subjects are named after it (default: the last part of the module, for example orders for github.com/acme/orders)")
	flags.StringVar(&w.engine, "engine-path", "", "set the engine's `module` path, like github.com/acme/engine, in engine/, tools/ and the service. Only a team that publishes its own engine needs this, and only before other repositories import the engine")
	flags.StringVar(&w.aggregate, "new-aggregate", "", "add and wire an aggregate of this `name` (singular): events, decisions, a test, a read model, a migration and routes, like the tutorial's shopping cart")
	flags.StringVar(&w.projection, "new-projection", "", "add and wire a projection of this `name` (plural): a read model, a migration, a query and a route, as docs/how-to/add-a-projection.md shows")
	flags.StringVar(&w.workflow, "new-workflow", "", "add a workflow of this `name`, like late-fees: its functions, a test, a line in internal/workflows, and the migration that starts it; docs/how-to/a-workflow.md explains each part")
	flags.StringVar(&w.migration, "new-migration", "", "add an empty migration of this `name`, like add_due_dates")
	flags.StringVar(&w.page, "page", "", "run the code blocks of this `file` of docs/, except those that use a running service")
	flags.BoolVar(&w.edits, "edit", false, "apply the patch on standard input; the place of each change is found by the neighbouring lines, and not by line numbers")
	flags.BoolVar(&w.sampleGoes, "remove-sample", false, "remove the sample (accounts, customers and transfers): events, decisions, read models, routes, migrations, and every test that uses them")
	flags.BoolVar(&w.keepLab, "keep-lab", false, "keep tools/lab, whose programs measure the template and inject faults")
	flags.BoolVar(&w.yes, "yes", false, "change the files without asking")
	version := flags.Bool("version", false, "print the version")
	switch err := flags.Parse(args); {
	case *version:
		return w, cli.Version(launch.Service(), "adopt") + "\n", nil
	case errors.Is(err, flag.ErrHelp):
		return w, said.String(), nil
	case err != nil:
		return w, "", errors.New(said.String()) // the error message and the usage
	}
	verb := w.engine+w.aggregate+w.projection+w.workflow+w.migration+w.page != "" || w.edits || w.sampleGoes
	alone := flags.NArg() == 0 && (flags.NFlag() == 1 || flags.NFlag() == 2 && w.yes)
	switch {
	case verb && alone:
		return w, "", nil
	case verb:
		return w, "", errors.New("-engine-path, -new-aggregate, -new-projection, -new-workflow, -new-migration, -page, -edit and -remove-sample can only be used one at a time, and not with a module, -service or -keep-lab")
	case flags.NArg() != 1:
		return w, "", errors.New("name the new module, like github.com/acme/orders; -h lists all commands")
	}
	w.module = flags.Arg(0)
	return w, "", nil
}
