package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"example.com/pgcqrs/internal/events/outbox"
	"example.com/pgcqrs/internal/read"
)

// commands act beside the processes that project, on the same database.
var commands = []struct {
	name  string
	takes string
	does  string
	run   func(ctx context.Context, on operated, args []string, out io.Writer) error
}{
	{"status", "[-json]", "how far each projection is, who runs it, what waits", onProjections(status)},
	{"parked", "[-all] [-json]", "the streams that a projection could not go on with", onProjections(parked)},
	{"retry", "[PROJECTION [STREAM]]", "apply what they missed; those that fail again stay parked", onProjections(retry)},
	{"discard", "-note WHY PROJECTION STREAM", "go on without a parked stream for good", onProjections(discard)},
	{"audit", "[-json] [-accept -note WHY PROJECTION]", "compares what each projection was given with the log; exit code 1 if it differs", onProjections(audit)},
	{"rebuild", "[-undo | -drop | -restart] PROJECTION", "new tables from the log's start, while the old ones serve; as their owner", onProjections(rebuild)},
	{"verify", "[-json] [-head FILE]", "compares the whole log with its seals, and with a head that was kept elsewhere; exit code 1 if it differs", verify},
	{"head", "", "prints the end of the chain of seals, to be kept where nobody can change it; signed if SEAL_KEY is set", head},
	{"dead", "[-json]", "the messages that the broker refuses, and how many wait behind each", dead},
	{"redrive", "[STREAM]", "send them again, in order", redrive},
	{"drop", "-note WHY STREAM", "give a stream's dead message up for good; those behind it go on", drop},
}

// operated is what the commands act on.
type operated struct {
	projector *read.Projector
	dead      *outbox.Dead
	sealed    sealed
}

// onProjections makes a command of one that acts on the projections alone.
func onProjections(run func(ctx context.Context, projector *read.Projector, args []string, out io.Writer) error) func(context.Context, operated, []string, io.Writer) error {
	return func(ctx context.Context, on operated, args []string, out io.Writer) error {
		return run(ctx, on.projector, args, out)
	}
}

var errUsage = errors.New("wrong arguments")

// command runs the one that the arguments name.
func command(ctx context.Context, on operated, args []string) error {
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, on, args[1:], os.Stdout)
		if errors.Is(err, errUsage) {
			return fmt.Errorf("%w: projector %s %s", err, c.name, c.takes)
		}
		return err
	}
	return fmt.Errorf("there is no command %q\n\n%s", args[0], usage())
}

func usage() string {
	var text strings.Builder
	text.WriteString("usage: projector            keep the read tables up to date and relay the outbox, until told to end\n")
	for _, c := range commands {
		fmt.Fprintf(&text, "       projector %s %s\n                            %s\n", c.name, c.takes, c.does)
	}
	return text.String()
}

// parse reads a command's flags, and sees that it has as many arguments as it takes.
func parse(flags *flag.FlagSet, args []string, least, most int) error {
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if n := flags.NArg(); n < least || n > most {
		return errUsage
	}
	return nil
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// table is columns for people.
type table struct{ *tabwriter.Writer }

func newTable(out io.Writer, columns ...any) table {
	t := table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	t.row(columns...)
	return t
}

func (t table) row(columns ...any) {
	for i, column := range columns {
		if i > 0 {
			fmt.Fprint(t, "\t")
		}
		fmt.Fprint(t, column)
	}
	fmt.Fprintln(t)
}

func (t table) flush() error { return t.Flush() }
