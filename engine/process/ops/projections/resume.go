package projections

import (
	"context"
	"errors"
	"flag"
	"io"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
)

// Resume returns the action of ops projections resume, which restarts a stopped projection with its
// current tables.
func Resume(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, yes, asJSON := verb.NoteFlag(flags), verb.YesFlag(flags), verb.JSONFlag(flags)
	check = func([]string) error {
		if *note == "" {
			return errors.New(`say why: ops projections resume -note "…" PROJECTION`)
		}
		return nil
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if !*yes && !verb.Confirm("%s will go on with tables that hold what the log has lost; ops projections rebuild %[1]s makes them anew instead. Resume it?", args[0]) {
			return errors.New("nothing was resumed")
		}
		if err := resumeAt(ctx, on.Projections, args[0], *note); err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "resumed", Projection: args[0]}, "%s goes on", args[0])
	}
}

// resumeAt restarts the projection at the end of the log, and logs the operator and the reason.
func resumeAt(ctx context.Context, of *projection.Set, name, note string) error {
	if _, err := of.Find(name); err != nil {
		return err
	}
	position, err := checkpoint.Resume(ctx, of.Pool, name)
	if err != nil {
		return err
	}
	of.Logger.Warn("projection resumed", "projection", name, "position", position, "by", verb.Operator(), "note", note)
	return nil
}
