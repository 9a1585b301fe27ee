package ops

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/ops/chainverbs"
	"example.com/pgcqrs/engine/process/ops/messages"
	"example.com/pgcqrs/engine/process/ops/projections"
	"example.com/pgcqrs/engine/process/ops/serve"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/process/ops/workflows"
)

// verbs has all subcommands, in the order of the help.
var verbs = []entry{
	{"projections list", "[-json]", 0, 0, "prints how far each projection is, who runs it, what waits", projections.Status},
	{"projections parked", "[-all] [-json]", 0, 0, "lists the streams that a projection could not go on with", projections.Parked},
	{"projections retry", "[-json] [PROJECTION [STREAM]]", 0, 2, "applies what parked streams have missed; those that fail again stay parked", projections.Retry},
	{"projections discard", "-note WHY [-yes] [-json] PROJECTION STREAM", 2, 2, "goes on without a parked stream for good", projections.Discard},
	{"projections resume", "-note WHY [-yes] [-json] PROJECTION", 1, 1, "has a projection go on that was stopped because its checkpoint was ahead of the log, with what its tables hold", projections.Resume},
	{"projections reconcile", "[-json] [-accept -note WHY PROJECTION]", 0, 1, "compares what each projection was given with the log; exit code 1 if it differs", projections.Reconcile},
	{"projections rebuild", "[-undo | -drop | -restart] [-json] PROJECTION", 1, 1, "makes new tables from the log's start, while the old ones serve; as their owner", projections.Rebuild},
	{"chain verify", "[-json] [-head FILE]", 0, 0, "compares the whole log with its chain, and with a signed head that was kept elsewhere; exit code 1 if it differs, or goes on without links", chainverbs.Verify},
	{"chain head", "[-json] [-since FILE]", 0, 0, "compares the log with its chain, from an earlier head on if there is one, and prints the chain's end, signed, to be kept where nobody can change it", chainverbs.Head},
	{"messages list", "[-json]", 0, 0, "lists the messages that the broker refuses, and how many wait behind each", messages.List},
	{"messages redrive", "[-json] [STREAM]", 0, 1, "sends dead messages again, in order; of one stream or of all", messages.Redrive},
	{"messages drop", "-note WHY [-yes] [-json] STREAM", 1, 1, "gives a stream's dead message up for good; those behind it go on", messages.Drop},
	{"workflows list", "[-json]", 0, 0, "prints how far each workflow is, who runs it, what is open, due and parked", workflows.List},
	{"workflows show", "[-json] INSTANCE", 1, 1, "prints an instance of a workflow: its state, its events, and its jobs with attempts, errors and times", workflows.Show},
	{"workflows parked", "[-json] [WORKFLOW]", 0, 1, "lists the instances that could not react to an event, and the jobs that have failed too often", workflows.Parked},
	{"workflows retry", "[-json] INSTANCE | WORKFLOW", 1, 1, "has a parked instance react to what it has missed, and attempts its parked jobs once more; adds again what an instance lacks that is open or was cancelled; with a workflow, everything of it that is parked", workflows.Retry},
	{"workflows cancel", "-note WHY [-yes] [-json] INSTANCE", 1, 1, "cancels the jobs and timers of an instance that are not done, and has it react to no further event", workflows.Cancel},
	{"workflows pause", "[-note WHY] [-json] WORKFLOW", 1, 1, "begins no job of a workflow and fires no timer, in no process, until resume; the workflow still reacts to events, and its jobs wait", workflows.Pause},
	{"workflows resume", "[-note WHY] [-yes] [-json] WORKFLOW", 1, 1, "ends a pause; or has a workflow go on that was stopped because its checkpoint was ahead of the log", workflows.Resume},
	{"workflows dry-run", "[-from POSITION] [-json] WORKFLOW", 1, 1, "prints what a workflow would do if it reacted to the log from a position on, with no instance; changes nothing", workflows.DryRun},
	{"workflows start", "-from POSITION [-yes] [-json] WORKFLOW", 1, 1, "has a workflow that has no instance yet react to the log from a position on", workflows.Start},
	{"serve", "[-addr HOST:PORT] [-url URL] [-login-header NAME] [-beyond-loopback] [-json]", 0, 0, "runs the console for a browser on this machine: what waits, streams, causation, rows; prints a link that logs in once", serve.Serve},
	{"stats", "[-volume [-events N | -all] [-timeout TIME]] [-json]", 0, 0, "prints in a few lines how far the projections, the broker's messages and the chain are behind the log, and what waits for an operator; -volume also counts events", stats},
}

type entry struct {
	name, takes string
	least, most int // how many arguments may follow its flags
	does        string

	// setup defines the subcommand's flags. setup returns the function check, which checks the flags
	// and the arguments before the program opens the database. check is called only if the number of
	// arguments is right. If check is nil, only the number of arguments is checked.
	setup func(flags *flag.FlagSet) (check func(args []string) error, do verb.Action)
}

// List returns the subcommands for a command line.
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

// Refuse returns an error if a program that takes no arguments has got arguments. If the arguments
// begin with an operator's subcommand, the error names the program that has this subcommand.
func Refuse(args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case slices.ContainsFunc(verbs, func(v entry) bool { name, _, _ := strings.Cut(v.name, " "); return name == args[0] }):
		return fmt.Errorf("this is for an operator: run cmd/ops %s", strings.Join(args, " "))
	}
	return cli.ErrArguments
}

// do executes the subcommand in the arguments.
func do(ctx context.Context, on verb.Operated, args []string) error {
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

// find returns the subcommand with which the arguments begin, and the arguments after the
// subcommand.
func find(args []string) (v entry, rest []string, err error) {
	for _, v := range verbs {
		if rest, is := cli.CutVerb(args, v.name); is {
			return v, rest, nil
		}
	}
	return entry{}, nil, fmt.Errorf("there is no command %q", strings.Join(args, " "))
}
