package group

import (
	"context"
	"errors"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// answerAll answers the commands of a group after the appends of the group are in the log. The
// parameter p says which commands were accepted. Before answerAll answers that a command is
// refused, it looks up the command's idempotency key: an earlier command with the same key may have
// been accepted.
func (g *group[S, C]) answerAll(ctx context.Context, p *plan.Plan[S, C], appended []event.Appended) error {
	for _, d := range p.Decisions {
		if d.Refusal == nil {
			g.waiting.Settle(d.Command, p.Answer(d, appended))
		}
	}
	g.waiting.PutBack() // nothing was done for the refused commands, so they can be withdrawn
	if err := g.waiting.Replay(ctx); err != nil {
		return err
	}
	for _, d := range p.Decisions {
		g.waiting.Settle(d.Command, line.Answer{Err: d.Refusal}) // does nothing for a command that replay has answered
	}
	return nil
}

// fail answers all commands that have no answer yet with an error.
func (g *group[S, C]) fail(ctx context.Context, err error) {
	g.waiting.Fail(ctx, err, g.refuseOther)
}

// refuseOther returns the answer to a command whose stream id belongs to a stream of another type.
// If the command needs an existing stream, refuseOther returns event.ErrStreamNotFound. If the
// command starts a new stream, refuseOther returns the rejection "id_taken". To find out which case
// it is, refuseOther calls Decide with the state of a stream without events.
func (g *group[S, C]) refuseOther(c *line.Command[C]) error {
	var empty states.State[S]
	if _, err := g.server.Domain.Decide(empty, c); errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	return &event.Rejection{Code: "id_taken", Detail: "there is something else with this id; choose another id"}
}
