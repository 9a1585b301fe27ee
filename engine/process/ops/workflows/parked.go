package workflows

import (
	"context"
	"flag"
	"io"
	"strings"
	"time"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/status"
)

// Parked returns the action of ops workflows parked, which lists what is parked: instances that could
// not react to an event, and jobs that have failed too often.
func Parked(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		names := on.Workflows.Names()
		if len(args) > 0 {
			if err := on.Workflows.Check(args[0]); err != nil {
				return err
			}
			names = args
		}
		parked, err := status.ListParked(ctx, on.Workflows.Pool(), names, status.Many)
		if err != nil {
			return err
		}
		if *asJSON {
			return output.JSON(out, parked)
		}
		table := output.NewTable(out, "WORKFLOW", "INSTANCE", "JOB", "WHAT", "SINCE", "REASON")
		for _, one := range parked {
			instance, job, since := any("-"), any("-"), "-"
			if one.Instance != nil {
				instance = *one.Instance
			}
			if one.Job != nil {
				job = *one.Job
			}
			if one.Since != nil {
				since = one.Since.UTC().Format(time.RFC3339)
			}
			reason, _, _ := strings.Cut(one.Error, "\n")
			table.Row(one.Workflow, instance, job, one.What, since, reason)
		}
		return table.Flush()
	}
}
