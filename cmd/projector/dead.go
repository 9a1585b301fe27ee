package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
)

// dead lists the streams whose messages were set aside.
func dead(ctx context.Context, on operated, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("dead", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	streams, err := on.dead.List(ctx)
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(out, streams)
	}
	table := newTable(out, "STREAM", "TYPE", "EVENT", "POSITION", "ATTEMPTS", "BEHIND", "SINCE", "REASON")
	for _, s := range streams {
		reason, _, _ := strings.Cut(s.Error, "\n")
		table.row(s.StreamID, s.Type, s.EventID, s.Position, s.Attempts, s.Behind, s.DeadAt.Format(time.RFC3339), reason)
	}
	return table.flush()
}

// redrive sends the messages of one stream again, or of all.
func redrive(ctx context.Context, on operated, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("redrive", flag.ContinueOnError)
	if err := parse(flags, args, 0, 1); err != nil {
		return err
	}
	var streams []uuid.UUID
	if flags.NArg() == 1 {
		stream, err := uuid.Parse(flags.Arg(0))
		if err != nil {
			return fmt.Errorf("stream %q is no UUID", flags.Arg(0))
		}
		streams = append(streams, stream)
	} else {
		all, err := on.dead.List(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			streams = append(streams, s.StreamID)
		}
	}
	var failed []error
	for _, stream := range streams {
		messages, err := on.dead.Redrive(ctx, stream)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		fmt.Fprintf(out, "stream %s: %d messages are in the outbox again\n", stream, messages)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", len(streams)-len(failed), len(streams))
	return errors.Join(failed...)
}

// drop gives a stream's dead message up.
func drop(ctx context.Context, on operated, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("drop", flag.ContinueOnError)
	note := flags.String("note", "", "`why`, for whoever looks later")
	yes := flags.Bool("yes", false, "do not ask")
	if err := parse(flags, args, 1, 1); err != nil {
		return err
	}
	stream, err := uuid.Parse(flags.Arg(0))
	if err != nil {
		return fmt.Errorf("stream %q is no UUID", flags.Arg(0))
	}
	if *note == "" {
		return errors.New(`say why: projector drop -note "…" STREAM`)
	}
	if !*yes {
		fmt.Fprintf(out, "Nobody will get the dead message of stream %s; those behind it go on without it. Drop it? [y/N] ", stream)
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		if !strings.EqualFold(strings.TrimSpace(answer), "y") {
			return errors.New("nothing was dropped")
		}
	}
	messages, err := on.dead.Drop(ctx, stream, operator(), *note)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "stream %s: dropped; %d messages behind it are in the outbox again\n", stream, messages)
	return nil
}
