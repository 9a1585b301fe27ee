package messages

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
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
)

// List returns the action of ops messages list, which lists the streams that have a dead message.
func List(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		streams, err := on.Dead.List(ctx)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return output.JSON(out, streams)
		}
		return showDead(streams, out)
	}
}

func showDead(streams []dead.Stream, out io.Writer) error {
	table := output.NewTable(out, "STREAM", "TYPE", "EVENT", "POSITION", "ATTEMPTS", "BEHIND", "SINCE", "REASON")
	for _, s := range streams {
		reason, _, _ := strings.Cut(s.Error, "\n")
		table.Row(s.StreamID, s.Type, s.EventID, s.Position, s.Attempts, s.Behind, s.DeadAt.Format(time.RFC3339), reason)
	}
	return table.Flush()
}

// Redrive returns the action of ops messages redrive, which sends dead messages again: the messages
// of one stream or of all streams.
func Redrive(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	check = func(args []string) error {
		if len(args) == 0 {
			return nil
		}
		return verb.CheckStream(args[0])
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		return redriveDead(ctx, on.Dead, args, *asJSON, out)
	}
}

func redriveDead(ctx context.Context, from *dead.Messages, args []string, asJSON bool, out io.Writer) error {
	var streams []uuid.UUID
	if len(args) == 1 {
		streams = append(streams, uuid.MustParse(args[0]))
	} else {
		all, err := from.List(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			streams = append(streams, s.StreamID)
		}
	}
	var failed []error
	tried := []output.Deed{}
	for _, stream := range streams {
		messages, err := from.Redrive(ctx, stream)
		done := output.Deed{Did: "redriven", Stream: &stream, Messages: &messages}
		if err != nil {
			failed = append(failed, err)
			done = output.Deed{Did: "redriven", Stream: &stream, Error: err.Error()}
		}
		tried = append(tried, done)
		if !asJSON && err == nil {
			fmt.Fprintf(out, "stream %s: %d messages are in the outbox again\n", stream, messages)
		}
	}
	if asJSON {
		return errors.Join(append(failed, output.JSON(out, tried))...)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", len(streams)-len(failed), len(streams))
	return errors.Join(failed...)
}

// Drop returns the action of ops messages drop, which gives up a stream's dead message: that
// message is never sent.
func Drop(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, yes, asJSON := verb.NoteFlag(flags), verb.YesFlag(flags), verb.JSONFlag(flags)
	check = func(args []string) error {
		if *note == "" {
			return errors.New(`say why: ops messages drop -note "…" STREAM`)
		}
		return verb.CheckStream(args[0])
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		stream := uuid.MustParse(args[0])
		if !*yes && !verb.Confirm("Nobody will get the dead message of stream %s; those behind it go on without it. Drop it?", stream) {
			return errors.New("nothing was dropped")
		}
		messages, err := on.Dead.Drop(ctx, stream, verb.Operator(), *note)
		if err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "dropped", Stream: &stream, Messages: &messages},
			"stream %s: dropped; %d messages behind it are in the outbox again", stream, messages)
	}
}
