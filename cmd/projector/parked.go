package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/read"
)

// parked lists the streams that a projection could not go on with.
func parked(ctx context.Context, projector *read.Projector, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("parked", flag.ContinueOnError)
	all := flags.Bool("all", false, "those that were discarded, too")
	asJSON := flags.Bool("json", false, "as JSON")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	streams, err := projector.Parked(ctx)
	if err != nil {
		return err
	}
	shown := make([]read.Parked, 0, len(streams))
	for _, stream := range streams {
		if *all || stream.DiscardedAt == nil {
			shown = append(shown, stream)
		}
	}
	if *asJSON {
		return writeJSON(out, shown)
	}
	table := newTable(out, "PROJECTION", "STREAM", "VERSION", "POSITION", "SINCE", "REASON")
	for _, stream := range shown {
		reason, _, _ := strings.Cut(stream.Error, "\n")
		if stream.DiscardedAt != nil {
			reason = fmt.Sprintf("discarded %s by %s: %s; %s", stream.DiscardedAt.Format(time.RFC3339), stream.DiscardedBy, stream.DiscardNote, reason)
		}
		table.row(stream.Projection, stream.StreamID, stream.Version, stream.Position, stream.ParkedAt.Format(time.RFC3339), reason)
	}
	return table.flush()
}

// retry applies what parked streams have missed. Those that fail again stay parked.
func retry(ctx context.Context, projector *read.Projector, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("retry", flag.ContinueOnError)
	if err := parse(flags, args, 0, 2); err != nil {
		return err
	}
	streams, err := projector.Parked(ctx)
	if err != nil {
		return err
	}
	var failed []error
	tried := 0
	for _, stream := range streams {
		named := flags.NArg() == 2 && strings.EqualFold(flags.Arg(1), stream.StreamID.String())
		if flags.NArg() > 0 && flags.Arg(0) != stream.Projection || flags.NArg() == 2 && !named || stream.DiscardedAt != nil && !named {
			continue
		}
		tried++
		if err := projector.Retry(ctx, stream); err != nil {
			failed = append(failed, fmt.Errorf("%s, stream %s: %w", stream.Projection, stream.StreamID, err))
			continue
		}
		fmt.Fprintf(out, "%s, stream %s: applied from version %d on, and no longer parked\n", stream.Projection, stream.StreamID, stream.Version)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", tried-len(failed), tried)
	return errors.Join(failed...)
}

// discard gives a parked stream up.
func discard(ctx context.Context, projector *read.Projector, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("discard", flag.ContinueOnError)
	note := flags.String("note", "", "`why`, for whoever looks later")
	yes := flags.Bool("yes", false, "do not ask")
	if err := parse(flags, args, 2, 2); err != nil {
		return err
	}
	projection := flags.Arg(0)
	stream, err := uuid.Parse(flags.Arg(1))
	if err != nil {
		return fmt.Errorf("stream %q is no UUID", flags.Arg(1))
	}
	if *note == "" {
		return errors.New(`say why: projector discard -note "…" PROJECTION STREAM`)
	}
	if !*yes {
		fmt.Fprintf(out, "%s will go on without stream %s from the event that it stopped at. Discard it? [y/N] ", projection, stream)
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		if !strings.EqualFold(strings.TrimSpace(answer), "y") {
			return errors.New("nothing was discarded")
		}
	}
	if err := projector.Discard(ctx, projection, stream, operator(), *note); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, stream %s: discarded; projector retry %[1]s %[2]s takes it back\n", projection, stream)
	return nil
}

// operator is who types.
func operator() string {
	name, host := "somebody", "somewhere"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if where, err := os.Hostname(); err == nil {
		host = where
	}
	return name + "@" + host
}
