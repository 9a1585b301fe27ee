package workflows

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/control"
	"example.com/pgcqrs/engine/workflow/status"
)

// Pause returns the action of ops workflows pause, which stops the jobs of a workflow for a time.
func Pause(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, asJSON := verb.NoteFlag(flags), verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if err := on.Workflows.Pause(ctx, args[0], control.By{Operator: verb.Operator(), Note: *note}); err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "paused", Workflow: args[0]},
			"%s is paused: no job begins and no timer fires until ops workflows resume %[1]s; jobs that are being done are finished", args[0])
	}
}

// Resume returns the action of ops workflows resume, which ends a pause, or restarts a stopped
// workflow. Before a stopped workflow is restarted, the operator must confirm, and say why.
func Resume(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, yes, asJSON := verb.NoteFlag(flags), verb.YesFlag(flags), verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if err := on.Workflows.Check(args[0]); err != nil {
			return err
		}
		now, err := status.All(ctx, on.Workflows.Pool(), args, 1)
		if err != nil {
			return err
		}
		if now[0].Ahead {
			if *note == "" {
				return fmt.Errorf(`%s was stopped because its checkpoint is ahead of the log: say why it may go on: ops workflows resume -note "…" %[1]s`, args[0])
			}
			if !*yes && !verb.Confirm("%s will forget the events that the log has lost, and go on from where the log ended. What it has done because of these events is not undone. Resume it?", args[0]) {
				return errors.New("nothing was resumed")
			}
		}
		done, err := on.Workflows.Resume(ctx, args[0], control.By{Operator: verb.Operator(), Note: *note})
		if err != nil {
			return err
		}
		deed := output.Deed{Did: "resumed", Workflow: args[0]}
		if done.Stopped == nil {
			return output.Say(out, *asJSON, deed, "%s goes on", args[0])
		}
		deed.Position = &done.Stopped.Position
		return output.Say(out, *asJSON, deed, "%s goes on after position %d; %d instances have forgotten lost events, and %d jobs are cancelled",
			args[0], done.Stopped.Position, done.Stopped.Instances, done.Stopped.Jobs)
	}
}
