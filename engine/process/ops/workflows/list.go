package workflows

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/workflow/status"
)

// List returns the action of ops workflows list, which prints the state of the workflows.
func List(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		all, err := status.AllWithOrphans(ctx, on.Workflows.Pool(), on.Workflows.Names(), status.Many)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return output.JSON(out, all)
		}
		return showAll(all, out)
	}
}

func showAll(all []status.Status, out io.Writer) error {
	table := output.NewTable(out, "WORKFLOW", "HEAD", "POSITION", "BEHIND", "OPEN", "PARKED", "DUE", "RUNNING", "RETRYABLE", "JOBS PARKED", "TIMERS", "LATE", "RUN BY", "STATE")
	for _, s := range all {
		holder := "nobody"
		if s.Holder != nil {
			holder = s.Holder.String()
		}
		count := func(n int64) string {
			if n >= s.Limit {
				return fmt.Sprintf("%d+", n)
			}
			return fmt.Sprint(n)
		}
		table.Row(s.Workflow, s.Head, s.Position, s.LagEvents, count(s.Open), count(s.Parked), count(s.Due), count(s.Running),
			count(s.Retryable), count(s.ParkedJobs), count(s.Timers), fmt.Sprintf("%.1f s", s.Late), holder, stateOf(s))
	}
	return table.Flush()
}

// stateOf describes whether a workflow runs, is paused, or is stopped.
func stateOf(s status.Status) string {
	switch {
	case s.Orphaned:
		return "not in this program"
	case s.New:
		return "never run"
	case s.Ahead:
		return "STOPPED, ahead of the log"
	case s.PausedAt != nil:
		text := "paused " + s.PausedAt.UTC().Format(time.RFC3339)
		if s.PausedBy != "" {
			text += " by " + s.PausedBy
		}
		if s.PauseNote != "" {
			text += ": " + s.PauseNote
		}
		return text
	}
	return "goes on"
}
