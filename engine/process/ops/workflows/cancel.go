package workflows

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/control"
)

// Cancel returns the action of ops workflows cancel, which gives up an instance.
func Cancel(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, yes, asJSON := verb.NoteFlag(flags), verb.YesFlag(flags), verb.JSONFlag(flags)
	check = func(args []string) error {
		if *note == "" {
			return errors.New(`say why: ops workflows cancel -note "…" INSTANCE`)
		}
		return checkInstance(args)
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		id := uuid.MustParse(args[0])
		const question = "Instance %s stops where it is: its jobs and timers are cancelled, and it reacts to no further event. " +
			"What it has done is not undone: what it has taken from one place and not yet brought to another, such as money in flight, " +
			"stays there, and no timer gives it back. ops workflows show %[1]s shows how far it is. Cancel it?"
		if !*yes && !verb.Confirm(question, id) {
			return errors.New("nothing was cancelled")
		}
		done, err := on.Workflows.Cancel(ctx, id, control.By{Operator: verb.Operator(), Note: *note})
		deeds := []output.Deed{}
		for _, one := range done {
			deeds = append(deeds, output.Deed{Did: "cancelled", Workflow: one.Workflow, Instance: &id, Position: &one.NextEvent, Jobs: one.Jobs, Running: one.Running})
			if *asJSON {
				continue
			}
			fmt.Fprintf(out, "%s, instance %s: %d jobs and timers are cancelled; it reacts to no event from position %d on\n", one.Workflow, id, len(one.Jobs), one.NextEvent)
			for _, job := range one.Running {
				fmt.Fprintf(out, "%s, instance %s: job %d is being done, and may still finish\n", one.Workflow, id, job)
			}
		}
		if *asJSON {
			return errors.Join(err, output.JSON(out, deeds))
		}
		return err
	}
}
