package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/group"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/tracing"
)

// Access lets engine/command/several use the streams of a Handler. A decision over several
// streams holds the line of each of its streams: the queue of the commands that wait for the
// stream. The decision also uses the Handler's cached states.
type Access[S, C any] struct {
	Domain *plan.Domain[S, C]
	States *states.States[S]

	lines  *line.Lines[C]
	groups *group.Server[S, C]
}

// Access returns the Access to the Handler's streams.
func (h *Handler[S, C]) Access() Access[S, C] {
	return Access[S, C]{Domain: h.domain, States: h.states, lines: h.lines, groups: h.groups}
}

// Hold waits until the Handler executes no command on a stream, and then occupies the stream's
// line. Until Release is called, further commands on the stream wait. If ctx ends first, Hold
// returns an error, and Release must not be called. A caller that holds several lines must call
// Hold in the order of the streams' ids.
func (a Access[S, C]) Hold(ctx context.Context, id uuid.UUID) error { return a.lines.Hold(ctx, id) }

// Release lets the Handler execute commands on a stream again.
func (a Access[S, C]) Release(ctx context.Context, id uuid.UUID) {
	if a.lines.Release(id) {
		go a.groups.Serve(tracing.Detach(ctx), id)
	}
}
