package projections

import (
	"context"
	"errors"
	"flag"
	"io"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
)

// Resume has a stopped projection go on as it is.
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
		if err := on.Projector.Resume(ctx, args[0], verb.Operator(), *note); err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "resumed", Projection: args[0]}, "%s goes on", args[0])
	}
}
