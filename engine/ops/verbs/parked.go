package verbs

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

	"example.com/pgcqrs/engine/projection"
)

// parked lists the streams that a projection could not go on with.
func parked(flags *flag.FlagSet) (check func([]string) error, do action) {
	all := flags.Bool("all", false, "those that were discarded, too")
	asJSON := jsonFlag(flags)
	return nil, func(ctx context.Context, on operated, _ []string, out io.Writer) error {
		streams, err := on.projector.Parked(ctx)
		if err != nil {
			return err
		}
		shown := make([]projection.Parked, 0, len(streams))
		for _, stream := range streams {
			if *all || stream.DiscardedAt == nil {
				shown = append(shown, stream)
			}
		}
		if *asJSON {
			return writeJSON(out, shown)
		}
		return showParked(shown, out)
	}
}

func showParked(shown []projection.Parked, out io.Writer) error {
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
func retry(*flag.FlagSet) (check func([]string) error, do action) { return nil, retryParked }

func retryParked(ctx context.Context, on operated, args []string, out io.Writer) error {
	streams, err := on.projector.Parked(ctx)
	if err != nil {
		return err
	}
	var failed []error
	tried := 0
	for _, stream := range streams {
		named := len(args) == 2 && strings.EqualFold(args[1], stream.StreamID.String())
		if len(args) > 0 && args[0] != stream.Projection || len(args) == 2 && !named || stream.DiscardedAt != nil && !named {
			continue
		}
		tried++
		if err := on.projector.Retry(ctx, stream); err != nil {
			failed = append(failed, fmt.Errorf("%s, stream %s: %w", stream.Projection, stream.StreamID, err))
			continue
		}
		fmt.Fprintf(out, "%s, stream %s: applied from version %d on, and no longer parked\n", stream.Projection, stream.StreamID, stream.Version)
	}
	fmt.Fprintf(out, "%d of %d streams go on\n", tried-len(failed), tried)
	return errors.Join(failed...)
}

// discard gives a parked stream up.
func discard(flags *flag.FlagSet) (check func([]string) error, do action) {
	note, yes := noteFlag(flags), yesFlag(flags)
	check = func(args []string) error {
		if *note == "" {
			return errors.New(`say why: ops discard -note "…" PROJECTION STREAM`)
		}
		return checkStream(args[1])
	}
	return check, func(ctx context.Context, on operated, args []string, out io.Writer) error {
		return discardStream(ctx, on.projector, args[0], uuid.MustParse(args[1]), *note, *yes, out)
	}
}

func discardStream(ctx context.Context, projector *projection.Projector, projection string, stream uuid.UUID, note string, yes bool, out io.Writer) error {
	if !yes {
		fmt.Fprintf(out, "%s will go on without stream %s from the event that it stopped at. Discard it? [y/N] ", projection, stream)
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		if !strings.EqualFold(strings.TrimSpace(answer), "y") {
			return errors.New("nothing was discarded")
		}
	}
	if err := projector.Discard(ctx, projection, stream, operator(), note); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, stream %s: discarded; ops retry %[1]s %[2]s takes it back\n", projection, stream)
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
