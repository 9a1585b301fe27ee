package projections

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection/status"
)

// Status returns the action of ops projections list, which prints the state of the projections.
func Status(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		statuses, err := status.All(ctx, on.Projections)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return output.JSON(out, statuses)
		}
		return showStatus(statuses, out)
	}
}

func showStatus(statuses []status.Status, out io.Writer) error {
	table := output.NewTable(out, "PROJECTION", "HEAD", "POSITION", "BEHIND", "SECONDS", "PARKED", "DISCARDED", "RUN BY", "TABLES")
	for _, s := range statuses {
		holder := "nobody"
		if s.Holder != nil {
			holder = s.Holder.String()
		}
		table.Row(s.Projection, s.Head, s.Position, s.LagEvents, fmt.Sprintf("%.1f", s.LagSeconds), s.Parked, s.Discarded, holder, tables(s))
	}
	return table.Flush()
}

// tables describes the tables of a projection.
func tables(s status.Status) string {
	text := "built"
	if !s.Built {
		text = "being built, not read yet"
	}
	if s.Ahead {
		text += "; STOPPED, ahead of the log"
	}
	if s.Rebuild != nil {
		doing := "rebuild"
		if s.Rebuild.Undo {
			doing = "undo"
		}
		text += fmt.Sprintf("; %s at %d, %.0f %%", doing, s.Rebuild.Position, output.Percent(s.Rebuild.Position, s.Head))
		if s.Rebuild.Holder == nil {
			text += fmt.Sprintf(", interrupted %s ago", time.Since(s.Rebuild.MovedAt).Round(time.Second))
		}
	}
	if s.Differs > 0 {
		text += fmt.Sprintf("; reconciling found %d ranges wrong", s.Differs)
	}
	if s.Kept {
		text += "; those of before are kept"
	}
	return text
}
