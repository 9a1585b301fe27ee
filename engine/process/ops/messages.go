package ops

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/outbox/dead"
)

// listDead lists the streams whose messages were set aside.
func listDead(flags *flag.FlagSet) (check func([]string) error, do action) {
	asJSON := jsonFlag(flags)
	return nil, func(ctx context.Context, on operated, _ []string, out io.Writer) error {
		streams, err := on.dead.List(ctx)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return writeJSON(out, streams)
		}
		return showDead(streams, out)
	}
}

func showDead(streams []dead.Stream, out io.Writer) error {
	table := newTable(out, "STREAM", "TYPE", "EVENT", "POSITION", "ATTEMPTS", "BEHIND", "SINCE", "REASON")
	for _, s := range streams {
		reason, _, _ := strings.Cut(s.Error, "\n")
		table.row(s.StreamID, s.Type, s.EventID, s.Position, s.Attempts, s.Behind, s.DeadAt.Format(time.RFC3339), reason)
	}
	return table.flush()
}

// redrive sends the messages of one stream again, or of all.
func redrive(flags *flag.FlagSet) (check func([]string) error, do action) {
	asJSON := jsonFlag(flags)
	check = func(args []string) error {
		if len(args) == 0 {
			return nil
		}
		return checkStream(args[0])
	}
	return check, func(ctx context.Context, on operated, args []string, out io.Writer) error {
		return redriveDead(ctx, on.dead, args, *asJSON, out)
	}
}

func redriveDead(ctx context.Context, dead *dead.Messages, args []string, asJSON bool, out io.Writer) error {
	var streams []uuid.UUID
	if len(args) == 1 {
		streams = append(streams, uuid.MustParse(args[0]))
	} else {
		all, err := dead.List(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			streams = append(streams, s.StreamID)
		}
	}
	var failed []error
	tried := []deed{}
	for _, stream := range streams {
		messages, err := dead.Redrive(ctx, stream)
		done := deed{Did: "redriven", Stream: &stream, Messages: &messages}
		if err != nil {
			failed = append(failed, err)
			done = deed{Did: "redriven", Stream: &stream, Error: err.Error()}
		}
		tried = append(tried, done)
		if !asJSON && err == nil {
			fmt.Fprintf(out, "stream %s: %d messages are in the outbox again\n", stream, messages)
		}
	}
	if asJSON {
		return errors.Join(append(failed, writeJSON(out, tried))...)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", len(streams)-len(failed), len(streams))
	return errors.Join(failed...)
}

// drop gives a stream's dead message up.
func drop(flags *flag.FlagSet) (check func([]string) error, do action) {
	note, yes, asJSON := noteFlag(flags), yesFlag(flags), jsonFlag(flags)
	check = func(args []string) error {
		if *note == "" {
			return errors.New(`say why: ops messages drop -note "…" STREAM`)
		}
		return checkStream(args[0])
	}
	return check, func(ctx context.Context, on operated, args []string, out io.Writer) error {
		stream := uuid.MustParse(args[0])
		if !*yes && !confirm("Nobody will get the dead message of stream %s; those behind it go on without it. Drop it?", stream) {
			return errors.New("nothing was dropped")
		}
		messages, err := on.dead.Drop(ctx, stream, operator(), *note)
		if err != nil {
			return err
		}
		return say(out, *asJSON, deed{Did: "dropped", Stream: &stream, Messages: &messages},
			"stream %s: dropped; %d messages behind it are in the outbox again", stream, messages)
	}
}
