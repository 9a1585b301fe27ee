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

// replay gives each command whose key has an answer that answer.
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

// answerAll answers the commands of a plan whose appends are in the log. A command that is refused
// now may have been accepted when its key came first.
func (g *group[S, C]) answerAll(ctx context.Context, p *plan.Plan[S, C], appended []event.Appended) error {
	for _, d := range p.Decisions {
		if d.Refusal == nil {
			g.settle(d.Command, p.Answer(d, appended))
		}
	}
	g.putBack() // nothing was done for the refused ones
	if err := g.replay(ctx); err != nil {
		return err
	}
	for _, d := range p.Decisions {
		g.settle(d.Command, line.Answer{Err: d.Refusal}) // no effect if it was replayed
	}
	return nil
}

// fail answers all commands that have no answer yet with an error. Refused commands get it, too: a
// refusal rests on what the error keeps from becoming durable. A key that has an answer gets that
// answer, unless the database is away. An unknown outcome is reported only for commands that an
// append may contain.
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

// refuseOther returns the refusal of a command whose stream has another type: the domain's answer
// for a stream that does not exist, or, if the command would begin a stream, that the id is taken.
func (g *group[S, C]) refuseOther(c *line.Command[C]) error {
	var empty states.State[S]
	if _, err := g.server.Domain.Decide(empty, c); errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	return &event.Rejection{Code: "id_taken", Detail: "there is something else with this id; choose another id"}
}
