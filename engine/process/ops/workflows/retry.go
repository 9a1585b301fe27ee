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

// Retry returns the action of ops workflows retry, which lets a parked instance continue, and
// attempts its parked jobs once more.
func Retry(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return checkInstance, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		id := uuid.MustParse(args[0])
		done, err := on.Workflows.Retry(ctx, id, control.By{Operator: verb.Operator()})
		deeds := []output.Deed{}
		for _, one := range done {
			deeds = append(deeds, output.Deed{Did: "retried", Workflow: one.Workflow, Instance: &id, Jobs: one.Jobs})
			if *asJSON {
				continue
			}
			if one.Reacted {
				fmt.Fprintf(out, "%s, instance %s: it has reacted to what it had missed, and goes on\n", one.Workflow, id)
			}
			for _, job := range one.Jobs {
				fmt.Fprintf(out, "%s, instance %s: job %d is attempted once more; ops workflows show %[2]s shows what became of it\n", one.Workflow, id, job)
			}
		}
		if *asJSON {
			return errors.Join(err, output.JSON(out, deeds))
		}
		return err
	}
}
