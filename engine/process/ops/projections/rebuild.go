package projections

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/rebuild"
)

// Rebuild returns the action of ops projections rebuild, which builds a projection's tables anew
// while the old tables serve queries.
func Rebuild(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	undo := flags.Bool("undo", false, "put the tables of before the last rebuild back")
	drop := flags.Bool("drop", false, "drop the tables of before the last rebuild, also where -undo has begun and can't end")
	restart := flags.Bool("restart", false, "start over instead of going on with an interrupted rebuild")
	asJSON := verb.JSONFlag(flags)
	check = func([]string) error {
		if *undo && *drop || *undo && *restart || *drop && *restart {
			return cli.ErrArguments
		}
		return nil
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		to := rebuildOut{out, *asJSON}
		switch {
		case *drop:
			return dropKept(ctx, on.Projections, args[0], to)
		case *undo:
			return undoRebuild(ctx, on.Projections, args[0], to)
		}
		return runRebuild(ctx, on.Projections, args[0], *restart, to)
	}
}

// rebuildOut prints the progress and the result of a rebuild.
type rebuildOut struct {
	out    io.Writer
	asJSON bool
}

// shown returns the Progress of the rebuild. With -json, this Progress writes to standard error,
// otherwise to standard output.
func (o rebuildOut) shown() *output.Progress {
	if o.asJSON {
		return output.NewProgress(os.Stderr)
	}
	return output.NewProgress(o.out)
}

func dropKept(ctx context.Context, of *projection.Set, name string, to rebuildOut) error {
	if err := rebuild.DropKept(ctx, of, name); err != nil {
		return err
	}
	return output.Say(to.out, to.asJSON, output.Deed{Did: "dropped", Projection: name}, "%s: the tables of before the last rebuild are dropped", name)
}

func undoRebuild(ctx context.Context, of *projection.Set, name string, to rebuildOut) error {
	started, show := time.Now(), to.shown()
	if err := show.End(rebuild.Undo(ctx, of, name, show.Show)); err != nil {
		return err
	}
	took := time.Since(started)
	return output.Say(to.out, to.asJSON, output.Deed{Did: "undone", Projection: name, Seconds: took.Seconds()},
		"%s: the tables of before the last rebuild serve again, after %s; those that it built are kept until ops projections rebuild -drop %[1]s",
		name, took.Round(time.Millisecond))
}

func runRebuild(ctx context.Context, of *projection.Set, name string, restart bool, to rebuildOut) error {
	started, show := time.Now(), to.shown()
	if restart {
		if err := rebuild.Abandon(ctx, of, name); err != nil {
			return err
		}
	}
	err := show.End(rebuild.Run(ctx, of, name, show.Show))
	switch {
	case err != nil && !show.Begun(), errors.Is(err, rebuild.ErrSwitched): // the rebuild was refused, or was already switched
		return err
	case err != nil:
		return fmt.Errorf("%w; what serves is as it was, and the same command goes on from here", err)
	}
	took := time.Since(started)
	return output.Say(to.out, to.asJSON, output.Deed{Did: "rebuilt", Projection: name, Seconds: took.Seconds()},
		"%s: the new tables serve, after %s; the old ones are kept: ops projections rebuild -undo %[1]s puts them back, -drop drops them",
		name, took.Round(time.Millisecond))
}
