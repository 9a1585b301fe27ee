package ops

import (
	"context"
	"flag"
	"fmt"
	"io"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/eventlog/volume"
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection/status"
)

// overview is a short summary of projections, outbox and chain.
type overview struct {
	Head        int64   `json:"head"`        // position of the log's last event
	Projections int     `json:"projections"` // number of projections
	Behind      string  `json:"behind"`      // projection with the largest lag; "": no projection lags
	LagEvents   int64   `json:"lag_events"`  // events that the projection with the largest lag has not applied
	LagSeconds  float64 `json:"lag_seconds"` // age of the oldest of these events
	Stopped     int     `json:"stopped"`     // projections that have stopped because they are ahead of the log
	Parked      int     `json:"parked"`      // parked streams of all projections
	Outbox      int64   `json:"outbox"`      // messages that wait for the relay
	Dead        int     `json:"dead"`        // streams with a dead message
	Unlinked    int64   `json:"unlinked"`    // events without a link in the chain

	Volume *volume.Volume `json:"volume,omitempty"` // nil: not asked for
}

// stats returns the action that prints an overview, and with -volume the volume of the log.
func stats(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON, measured := verb.JSONFlag(flags), newVolumeFlags(flags)
	return measured.check, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		all, err := look(ctx, on)
		if err == nil && measured.wanted {
			var v volume.Volume
			v, err = volume.Measure(ctx, on.Chained.Pool, measured.limits())
			all.Volume = &v
		}
		switch {
		case err != nil:
			return err
		case *asJSON:
			return output.JSON(out, all)
		}
		return all.show(out)
	}
}

func look(ctx context.Context, on verb.Operated) (overview, error) {
	statuses, err := status.All(ctx, on.Projections)
	if err != nil {
		return overview{}, err
	}
	all := overviewOf(statuses)
	if all.Outbox, err = on.Dead.Waiting(ctx); err != nil {
		return overview{}, err
	}
	dead, err := on.Dead.List(ctx)
	if err != nil {
		return overview{}, err
	}
	all.Dead = len(dead)
	linked, err := chain.End(ctx, on.Chained.Pool)
	all.Unlinked = max(all.Head-linked, 0)
	return all, err
}

// overviewOf returns the fields of an overview that come from the projections.
func overviewOf(statuses []status.Status) overview {
	all := overview{Projections: len(statuses)}
	for _, s := range statuses {
		all.Head = max(all.Head, s.Head)
		all.Parked += s.Parked
		if s.Ahead {
			all.Stopped++
		}
		if s.LagEvents > all.LagEvents {
			all.Behind, all.LagEvents, all.LagSeconds = s.Projection, s.LagEvents, s.LagSeconds
		}
	}
	return all
}

func (o overview) show(out io.Writer) error {
	behind := "none is behind"
	if o.Behind != "" {
		behind = fmt.Sprintf("%s is %d events and %.1f s behind", o.Behind, o.LagEvents, o.LagSeconds)
	}
	table := output.NewTable(out, "LOG", fmt.Sprintf("%d events", o.Head))
	table.Row("PROJECTIONS", fmt.Sprintf("%d; %s", o.Projections, behind))
	table.Row("STOPPED", fmt.Sprintf("%d projections", o.Stopped))
	table.Row("PARKED", fmt.Sprintf("%d streams", o.Parked))
	table.Row("OUTBOX", fmt.Sprintf("%d messages", o.Outbox))
	table.Row("DEAD", fmt.Sprintf("%d streams", o.Dead))
	table.Row("UNLINKED", fmt.Sprintf("%d events", o.Unlinked))
	if err := table.Flush(); err != nil || o.Volume == nil {
		return err
	}
	return showVolume(out, *o.Volume)
}
