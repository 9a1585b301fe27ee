package ops

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/projection"
)

// verbs are all that there are, in the order of the help.
var verbs = []verb{
	{"projections list", "[-json]", 0, 0, "prints how far each projection is, who runs it, what waits", tellStatus},
	{"projections parked", "[-all] [-json]", 0, 0, "lists the streams that a projection could not go on with", parked},
	{"projections retry", "[-json] [PROJECTION [STREAM]]", 0, 2, "applies what parked streams have missed; those that fail again stay parked", retry},
	{"projections discard", "-note WHY [-yes] [-json] PROJECTION STREAM", 2, 2, "goes on without a parked stream for good", discard},
	{"projections resume", "-note WHY [-yes] [-json] PROJECTION", 1, 1, "has a projection go on that was stopped because its checkpoint was ahead of the log, with what its tables hold", resume},
	{"projections reconcile", "[-json] [-accept -note WHY PROJECTION]", 0, 1, "compares what each projection was given with the log; exit code 1 if it differs", reconcileLog},
	{"projections rebuild", "[-undo | -drop | -restart] [-json] PROJECTION", 1, 1, "makes new tables from the log's start, while the old ones serve; as their owner", rebuildTables},
	{"chain verify", "[-json] [-head FILE]", 0, 0, "compares the whole log with its seals, and with a signed head that was kept elsewhere; exit code 1 if it differs, or goes on without seals", verifyChain},
	{"chain head", "[-json] [-since FILE]", 0, 0, "compares the log with its seals, from an earlier head on if there is one, and prints the end of the chain, signed, to be kept where nobody can change it", head},
	{"messages list", "[-json]", 0, 0, "lists the messages that the broker refuses, and how many wait behind each", listDead},
	{"messages redrive", "[-json] [STREAM]", 0, 1, "sends dead messages again, in order; of one stream or of all", redrive},
	{"messages drop", "-note WHY [-yes] [-json] STREAM", 1, 1, "gives a stream's dead message up for good; those behind it go on", drop},
	{"stats", "[-json]", 0, 0, "prints in a few lines how far the projections, the broker's messages and the chain are behind the log, and what waits for an operator", stats},
}

type verb struct {
	name, takes string
	least, most int // arguments after its flags
	does        string

	// setup defines its flags. check says what is wrong with them and with the arguments,
	// whose number is right, before anything is opened; nil: nothing.
	setup func(flags *flag.FlagSet) (check func(args []string) error, do action)
}

// action is what a verb does, with the arguments after its flags.
type action func(ctx context.Context, on operated, args []string, out io.Writer) error

// List returns the verbs as a command line has them.
func List() []cli.Verb {
	list := make([]cli.Verb, 0, len(verbs))
	for _, v := range verbs {
		list = append(list, cli.Verb{
			Name: v.name, Takes: v.takes, Least: v.least, Most: v.most, Does: v.does,
			Setup: func(flags *flag.FlagSet) func([]string) error {
				check, _ := v.setup(flags)
				return check
			},
		})
	}
	return list
}

// Refuse is the check of a program that takes no arguments: it says where the verb is that they
// ask for.
func Refuse(args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case slices.ContainsFunc(verbs, func(v verb) bool { name, _, _ := strings.Cut(v.name, " "); return name == args[0] }):
		return fmt.Errorf("this is for an operator: run cmd/ops %s", strings.Join(args, " "))
	}
	return cli.ErrArguments
}

// do does what the arguments say.
func do(ctx context.Context, on operated, args []string) error {
	v, rest, err := find(args)
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
	_, do := v.setup(flags)
	if err := flags.Parse(rest); err != nil {
		return err
	}
	return do(ctx, on, flags.Args(), os.Stdout)
}

// find returns the verb that the arguments begin with, and those after it.
func find(args []string) (v verb, rest []string, err error) {
	for _, v := range verbs {
		if rest, is := cli.CutVerb(args, v.name); is {
			return v, rest, nil
		}
	}
	return verb{}, nil, fmt.Errorf("there is no command %q", strings.Join(args, " "))
}

// The flags that several verbs have.
func jsonFlag(flags *flag.FlagSet) *bool { return flags.Bool("json", false, "as JSON") }

func yesFlag(flags *flag.FlagSet) *bool { return flags.Bool("yes", false, "do not ask") }

// confirm asks the operator, on standard error, so that what a program reads has the answer alone. No answer is no.
func confirm(format string, args ...any) bool {
	fmt.Fprintf(os.Stderr, format+" [y/N] ", args...)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

func noteFlag(flags *flag.FlagSet) *string {
	return flags.String("note", "", "`why`, for whoever looks later")
}

// checkStream says whether an argument can be a stream's id.
func checkStream(text string) error {
	if _, err := uuid.Parse(text); err != nil {
		return fmt.Errorf("stream %q is no UUID", text)
	}
	return nil
}

// operated is what the verbs act on.
type operated struct {
	projections *projection.Set
	dead        *dead.Messages
	sealed      sealed
}

// deed is what a verb has done, as -json prints it. An error says that it was not done.
type deed struct {
	Did        string     `json:"did"`
	Projection string     `json:"projection,omitempty"`
	Stream     *uuid.UUID `json:"stream,omitempty"`
	Version    int64      `json:"version,omitempty"`  // of the stream, from which on it was applied
	Messages   *int64     `json:"messages,omitempty"` // that are in the outbox again
	Ranges     *int64     `json:"ranges,omitempty"`   // of positions
	Seconds    float64    `json:"seconds,omitempty"`  // that it took
	Error      string     `json:"error,omitempty"`
}

// say prints one deed: its sentence for people, or the object.
func say(out io.Writer, asJSON bool, done deed, format string, args ...any) error {
	if asJSON {
		return writeJSON(out, done)
	}
	_, err := fmt.Fprintf(out, format+"\n", args...)
	return err
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
