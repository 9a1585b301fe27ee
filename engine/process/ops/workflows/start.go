package workflows

import (
	"context"
	"errors"
	"flag"
	"io"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/control"
)

// Start returns the action of ops workflows start, which starts a workflow at a position of the
// log.
func Start(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	from := flags.Int64("from", 0, "`position` of the first event to which the workflow reacts; 1: the whole log")
	yes, asJSON := verb.YesFlag(flags), verb.JSONFlag(flags)
	check = func([]string) error {
		if *from < 1 {
			return errors.New("say where: ops workflows start -from POSITION WORKFLOW; the first event of the log has the position 1")
		}
		return nil
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if err := on.Workflows.Check(args[0]); err != nil {
			return err
		}
		if !*yes && !verb.Confirm("%s will do what follows from all events from position %d on; ops workflows dry-run -from %[2]d %[1]s prints what that is. Start it?", args[0], *from) {
			return errors.New("nothing was started")
		}
		if err := on.Workflows.Start(ctx, args[0], *from, control.By{Operator: verb.Operator()}); err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "started", Workflow: args[0], Position: from}, "%s reacts to events from position %d on", args[0], *from)
	}
}
