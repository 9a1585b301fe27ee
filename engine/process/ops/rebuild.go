package ops

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/rebuild"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
)

// rebuildTables makes a projection's tables anew while the old ones serve.
func rebuildTables(flags *flag.FlagSet) (check func([]string) error, do action) {
	undo := flags.Bool("undo", false, "put the tables of before the last rebuild back")
	drop := flags.Bool("drop", false, "drop the tables of before the last rebuild, also where -undo has begun and can't end")
	restart := flags.Bool("restart", false, "start over instead of going on with an interrupted rebuild")
	asJSON := jsonFlag(flags)
	check = func([]string) error {
		if *undo && *drop || *undo && *restart || *drop && *restart {
			return cli.ErrArguments
		}
		return nil
	}
	return check, func(ctx context.Context, on operated, args []string, out io.Writer) error {
		to := rebuildOut{out, *asJSON}
		switch {
		case *drop:
			return dropKept(ctx, on.projections, args[0], to)
		case *undo:
			return undoRebuild(ctx, on.projections, args[0], to)
		}
		return runRebuild(ctx, on.projections, args[0], *restart, to)
	}
}

// rebuildOut is where the end of a rebuild is told, and how.
type rebuildOut struct {
	out    io.Writer
	asJSON bool
}

// progress is shown beside the objects of -json, on standard error.
func (o rebuildOut) progress() *progress {
	if o.asJSON {
		return newProgress(os.Stderr)
	}
	return newProgress(o.out)
}

func dropKept(ctx context.Context, of *projection.Set, name string, to rebuildOut) error {
	if err := rebuild.DropKept(ctx, of, name); err != nil {
		return err
	}
	return say(to.out, to.asJSON, deed{Did: "dropped", Projection: name}, "%s: the tables of before the last rebuild are dropped", name)
}

func undoRebuild(ctx context.Context, of *projection.Set, name string, to rebuildOut) error {
	started, show := time.Now(), to.progress()
	if err := show.end(rebuild.Undo(ctx, of, name, show.show)); err != nil {
		return err
	}
	took := time.Since(started)
	return say(to.out, to.asJSON, deed{Did: "undone", Projection: name, Seconds: took.Seconds()},
		"%s: the tables of before the last rebuild serve again, after %s; those that it built are kept until ops projections rebuild -drop %[1]s",
		name, took.Round(time.Millisecond))
}

func runRebuild(ctx context.Context, of *projection.Set, name string, restart bool, to rebuildOut) error {
	started, show := time.Now(), to.progress()
	if restart {
		if err := rebuild.Abandon(ctx, of, name); err != nil {
			return err
		}
	}
	err := show.end(rebuild.Run(ctx, of, name, show.show))
	switch {
	case err != nil && show.shown.IsZero(), errors.Is(err, rebuild.ErrSwitched): // refused, or done
		return err
	case err != nil:
		return fmt.Errorf("%w; what serves is as it was, and the same command goes on from here", err)
	}
	took := time.Since(started)
	return say(to.out, to.asJSON, deed{Did: "rebuilt", Projection: name, Seconds: took.Seconds()},
		"%s: the new tables serve, after %s; the old ones are kept: ops projections rebuild -undo %[1]s puts them back, -drop drops them",
		name, took.Round(time.Millisecond))
}

// progress shows how far a rebuild is: in one line on a terminal, in one every few
// seconds elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	shown    time.Time
	last     int64
}

func newProgress(out io.Writer) *progress {
	file, is := out.(*os.File)
	if !is {
		return &progress{out: out}
	}
	info, err := file.Stat()
	return &progress{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (p *progress) show(at catchup.Progress) {
	every, before, after := 5*time.Second, "", "\n"
	if p.terminal {
		every, before, after = 200*time.Millisecond, "\r", "\x1b[K"
	}
	done := at.Position >= at.Head
	if at.Position == p.last || !done && time.Since(p.shown) < every {
		return
	}
	p.shown, p.last = time.Now(), at.Position
	fmt.Fprintf(p.out, "%s%5.1f %%  event %d of %d  %.0f events/s  %s left%s", before,
		percent(at.Position, at.Head), at.Position, at.Head, at.Rate, at.Left.Round(time.Second), after)
}

// end leaves the line, and passes the error on.
func (p *progress) end(err error) error {
	if p.terminal && !p.shown.IsZero() {
		fmt.Fprintln(p.out)
	}
	return err
}
