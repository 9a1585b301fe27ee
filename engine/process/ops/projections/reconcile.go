package projections

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/reconcile"
)

var errDiffers = errors.New("a projection was given other events than the log has: rebuild it, or accept that with -accept")

// Reconcile returns the action of ops projections reconcile, which compares the events of the log
// with the events that each projection has applied.
func Reconcile(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON, note := verb.JSONFlag(flags), verb.NoteFlag(flags)
	accept := flags.Bool("accept", false, "end the alarm over what was found in this projection")
	check = func(args []string) error {
		switch {
		case *accept != (len(args) == 1):
			return cli.ErrArguments
		case *accept && *note == "":
			return errors.New(`say why: ops projections reconcile -accept -note "…" PROJECTION`)
		}
		return nil
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		if *accept {
			return acceptDifferences(ctx, on.Projections, args[0], *note, *asJSON, out)
		}
		return reconcileAll(ctx, on.Projections, *asJSON, out)
	}
}

func reconcileAll(ctx context.Context, of *projection.Set, asJSON bool, out io.Writer) error {
	found, err := of.Reconciler().Reconcile(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		err = output.JSON(out, found)
	} else {
		err = showReconciled(found, out)
	}
	for _, a := range found {
		if len(a.Differences) > 0 {
			err = errors.Join(err, errDiffers)
			break
		}
	}
	return err
}

func showReconciled(found []reconcile.Reconciled, out io.Writer) error {
	table := output.NewTable(out, "PROJECTION", "POSITIONS", "RESULT")
	for _, a := range found {
		for _, span := range a.NotReconciled {
			table.Row(a.Projection, fmt.Sprintf("%d to %d", span.First, span.Last), "can't be reconciled: nobody noted what was applied there")
		}
		for _, d := range a.Differences {
			table.Row(a.Projection, fmt.Sprintf("%d to %d", d.First, d.Last), differs(d.Missing))
		}
		if len(a.Differences) == 0 {
			table.Row(a.Projection, fmt.Sprintf("up to %d", a.ReconciledTo), fmt.Sprintf("no difference, %d of them compared now", a.Compared))
		}
	}
	return table.Flush()
}

// differs describes in words how many events of a range are missing, or were applied too often.
func differs(missing int64) string {
	switch {
	case missing > 0:
		return fmt.Sprintf("DIFFERS: %d events of the log were not applied", missing)
	case missing < 0:
		return fmt.Sprintf("DIFFERS: %d events more were applied than the log has", -missing)
	default:
		return "DIFFERS: other events were applied than the log has, as many"
	}
}

func acceptDifferences(ctx context.Context, of *projection.Set, name, note string, asJSON bool, out io.Writer) error {
	ranges, err := of.Reconciler().Accept(ctx, name, verb.Operator(), note)
	if err != nil {
		return err
	}
	return output.Say(out, asJSON, output.Deed{Did: "accepted", Projection: name, Ranges: &ranges}, "%s: %d ranges accepted as they are", name, ranges)
}
