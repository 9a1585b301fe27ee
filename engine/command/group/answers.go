package group

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// replay looks up the idempotency keys of the commands. If a key has a stored answer, replay
// answers the command with this answer.
func (g *group[S, C]) replay(ctx context.Context) error {
	byKey := make(map[string]*line.Command[C])
	var keys []string
	for _, c := range g.commands {
		if c.Key != "" && !c.Answered {
			byKey[c.Key] = c
			keys = append(keys, c.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, states.ReadFor)
	defer cancel()
	answers, err := g.server.Log.Answers(ctx, keys)
	if err != nil {
		return states.InTime(err)
	}
	g.asked = true
	for key, first := range answers {
		g.settle(byKey[key], once.Again(first, byKey[key].Fingerprint))
	}
	return nil
}

// answerAll answers the commands of a group after the appends of the group are in the log. The
// parameter p says which commands were accepted. Before answerAll answers that a command is
// refused, it looks up the command's idempotency key: an earlier command with the same key may have
// been accepted.
func (g *group[S, C]) answerAll(ctx context.Context, p *plan.Plan[S, C], appended []event.Appended) error {
	for _, d := range p.Decisions {
		if d.Refusal == nil {
			g.settle(d.Command, p.Answer(d, appended))
		}
	}
	g.putBack() // nothing was done for the refused commands, so they can be withdrawn
	if err := g.replay(ctx); err != nil {
		return err
	}
	for _, d := range p.Decisions {
		g.settle(d.Command, line.Answer{Err: d.Refusal}) // does nothing for a command that replay has answered
	}
	return nil
}

// answerTaken answers the only command of a group, which claims a unique text that another person
// has, with the rejection that the event declares. Before that, answerTaken looks up the command's
// idempotency key: an earlier command with the same key may have got the text.
func (g *group[S, C]) answerTaken(ctx context.Context, err error) error {
	if unanswered := g.replay(ctx); unanswered != nil {
		return unanswered
	}
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		err = rejection
	}
	g.settle(g.commands[0], line.Answer{Err: err})
	return nil
}

// fail answers all commands that have no answer yet with an error. Commands that Decide has refused
// get the same error, because they were refused on a state that did not become durable. If the
// error is not an outage, fail looks up the commands' idempotency keys, and a command whose key has
// a stored answer gets that answer. If the error is event.ErrUnknownOutcome, only commands that an
// append may contain get this error.
func (g *group[S, C]) fail(ctx context.Context, err error) {
	if !once.IsOutage(err) {
		if unanswered := g.replay(ctx); unanswered != nil {
			err = unanswered
		}
	}
	for _, c := range g.commands {
		if errors.Is(err, event.ErrOtherStream) {
			g.settle(c, line.Answer{Err: g.refuseOther(c)})
		}
		if errors.Is(err, event.ErrUnknownOutcome) && c.Withdraw() {
			g.settle(c, line.Answer{Err: fmt.Errorf("%w: it rests on what may be in the log: %s", event.ErrUnavailable, err.Error())})
		}
		g.settle(c, line.Answer{Err: err})
	}
}

// refuseOther returns the answer to a command if its stream id belongs to a stream of another type.
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
