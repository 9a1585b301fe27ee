package projections

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
)

// Parked returns the action of ops projections parked, which lists parked (not applied) streams.
func Parked(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	all := flags.Bool("all", false, "those that were discarded, too")
	asJSON := verb.JSONFlag(flags)
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		streams, err := park.List(ctx, on.Projections)
		if err != nil {
			return err
		}
		shown := make([]park.Stream, 0, len(streams))
		for _, stream := range streams {
			if *all || stream.DiscardedAt == nil {
				shown = append(shown, stream)
			}
		}
		if *asJSON {
			return output.JSON(out, shown)
		}
		return showParked(shown, out)
	}
}

func showParked(shown []park.Stream, out io.Writer) error {
	table := output.NewTable(out, "PROJECTION", "STREAM", "VERSION", "POSITION", "SINCE", "REASON")
	for _, stream := range shown {
		reason, _, _ := strings.Cut(stream.Error, "\n")
		if stream.DiscardedAt != nil {
			reason = fmt.Sprintf("discarded %s by %s: %s; %s", stream.DiscardedAt.Format(time.RFC3339), stream.DiscardedBy, stream.DiscardNote, reason)
		}
		table.Row(stream.Projection, stream.StreamID, stream.Version, stream.Position, stream.ParkedAt.Format(time.RFC3339), reason)
	}
	return table.Flush()
}

// Retry returns the action of ops projections retry, which applies the events that parked streams
// have missed. If an event of a stream fails again, the stream stays parked.
func Retry(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	check = func(args []string) error {
		if len(args) < 2 {
			return nil
		}
		return verb.CheckStream(args[1])
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		return retryParked(ctx, on.Projections, args, *asJSON, out)
	}
}

func retryParked(ctx context.Context, of *projection.Set, args []string, asJSON bool, out io.Writer) error {
	streams, err := named(ctx, of, args)
	if err != nil {
		return err
	}
	var failed []error
	tried := []output.Deed{}
	for _, stream := range streams {
		done := output.Deed{Did: "retried", Projection: stream.Projection, Stream: &stream.StreamID, Version: stream.Version}
		if err := park.Retry(ctx, of, stream); err != nil {
			done.Error = err.Error()
			failed = append(failed, fmt.Errorf("%s, stream %s: %w", stream.Projection, stream.StreamID, err))
		}
		tried = append(tried, done)
		if !asJSON && done.Error == "" {
			fmt.Fprintf(out, "%s, stream %s: applied from version %d on, and no longer parked\n", stream.Projection, stream.StreamID, stream.Version)
		}
	}
	if asJSON {
		return errors.Join(append(failed, output.JSON(out, tried))...)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", len(tried)-len(failed), len(tried))
	return errors.Join(failed...)
}

// named returns the parked streams that the arguments name: one stream, the streams of one
// projection, or all streams. A discarded stream is returned only if the arguments name its id.
func named(ctx context.Context, of *projection.Set, args []string) ([]park.Stream, error) {
	if len(args) > 0 {
		if _, err := of.Find(args[0]); err != nil {
			return nil, err
		}
	}
	streams, err := park.List(ctx, of)
	if err != nil {
		return nil, err
	}
	streams = slices.DeleteFunc(streams, func(s park.Stream) bool {
		if len(args) == 2 {
			return args[0] != s.Projection || !strings.EqualFold(args[1], s.StreamID.String())
		}
		return s.DiscardedAt != nil || len(args) == 1 && args[0] != s.Projection
	})
	if len(args) == 2 && len(streams) == 0 {
		return nil, fmt.Errorf("%s has no parked stream %s", args[0], args[1])
	}
	return streams, nil
}

// Discard returns the action of ops projections discard, which gives up a parked stream: the
// projection no longer waits for a retry of the stream.
func Discard(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	note, yes, asJSON := verb.NoteFlag(flags), verb.YesFlag(flags), verb.JSONFlag(flags)
	check = func(args []string) error {
		if *note == "" {
			return errors.New(`say why: ops projections discard -note "…" PROJECTION STREAM`)
		}
		return verb.CheckStream(args[1])
	}
	return check, func(ctx context.Context, on verb.Operated, args []string, out io.Writer) error {
		projection, stream := args[0], uuid.MustParse(args[1])
		if !*yes && !verb.Confirm("%s will go on without stream %s from the event that it stopped at. Discard it?", projection, stream) {
			return errors.New("nothing was discarded")
		}
		if err := park.Discard(ctx, on.Projections, projection, stream, verb.Operator(), *note); err != nil {
			return err
		}
		return output.Say(out, *asJSON, output.Deed{Did: "discarded", Projection: projection, Stream: &stream},
			"%s, stream %s: discarded; ops projections retry %[1]s %[2]s takes it back", projection, stream)
	}
}
