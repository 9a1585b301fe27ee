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

// Retry returns the action of ops workflows retry. Given an instance, the subcommand lets it
// continue if it is parked, and attempts its parked jobs once more. It also adds jobs of the
// instance again that were deleted or cancelled. Given a workflow, the subcommand retries all
// parked instances and parked jobs of the workflow.
func Retry(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if id, err := uuid.Parse(args[0]); err == nil {
			return retryInstance(ctx, on, id, *asJSON, out)
		}
		if err := on.Workflows.Check(args[0]); err != nil {
			return fmt.Errorf("%q is neither the id of an instance nor the name of a workflow: %w", args[0], err)
		}
		done, err := on.Workflows.RetryAll(ctx, args[0], control.By{Operator: verb.Operator()})
		if done.Instances == 0 && len(done.Jobs) == 0 {
			return err
		}
		said := output.Say(out, *asJSON, output.Deed{Did: "retried", Workflow: args[0], Instances: &done.Instances, Jobs: done.Jobs},
			"%s: %d instances have reacted to what they had missed, and go on; %d jobs are attempted once more; %d failed again",
			args[0], done.Instances, len(done.Jobs), done.Failed)
		return errors.Join(err, said)
	}
}

func retryInstance(ctx context.Context, on verb.Operated, id uuid.UUID, asJSON bool, out io.Writer) error {
	done, err := on.Workflows.Retry(ctx, id, control.By{Operator: verb.Operator()})
	deeds := []output.Deed{}
	for _, one := range done {
		deeds = append(deeds, output.Deed{Did: "retried", Workflow: one.Workflow, Instance: &id, Jobs: one.Jobs, Added: one.Added})
		if asJSON {
			continue
		}
		if one.Reacted {
			fmt.Fprintf(out, "%s, instance %s: it has reacted to what it had missed, and goes on\n", one.Workflow, id)
		}
		for _, what := range one.Added {
			fmt.Fprintf(out, "%s, instance %s: %s was missing, and is added again\n", one.Workflow, id, what)
		}
		for _, job := range one.Jobs {
			fmt.Fprintf(out, "%s, instance %s: job %d is attempted once more; ops workflows show %[2]s shows what became of it\n", one.Workflow, id, job)
		}
	}
	if asJSON {
		return errors.Join(err, output.JSON(out, deeds))
	}
	return err
}
