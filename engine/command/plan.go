package command

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// plan is what a group's commands lead to, one after another, if the stream is
// still where they are decided on.
type plan[S, C any] struct {
	decisions []decision[C]
	chain     []event.Append
	from      event.Appended // where the stream is, if the plan holds
	to        snapshot[S]    // the state and version after the chain
	clear     bool           // that state may hold personal data as it was decided, not encrypted
}

// decision is one command's part of a plan.
type decision[C any] struct {
	command *command[C]
	refusal error // nil: it was accepted
	chained int   // appends of the chain up to its end
}

// plan has the commands decided, each on the state that the one before leads to. That spends
// the state, unless Evolve can't have changed it in place.
func (g *group[S, C]) plan() *plan[S, C] {
	p := &plan[S, C]{decisions: make([]decision[C], 0, len(g.commands)), to: g.at}
	p.from = event.Appended{StreamID: g.id, Version: g.at.version, Position: g.at.position}
	for _, c := range g.commands {
		decided, err := g.decideOne(p.to, c)
		if err == nil && (len(decided) > 0 || c.Key != "") {
			p.chain = append(p.chain, g.newAppend(p.to, decided, c))
		}
		for _, e := range decided {
			g.spent = g.spent || !g.flat
			_, personal := e.(event.PersonalEvent)
			p.clear = p.clear || personal && g.personal
			p.to.state = g.evolve(p.to.state, detached(e))
			p.to.version++
			p.to.last = uuid.Nil // it gets its id when it is appended
		}
		p.decisions = append(p.decisions, decision[C]{c, err, len(p.chain)})
	}
	return p
}

// putBack lets commands be withdrawn of which the chain has nothing: they are refused, or nothing happens.
func (p *plan[S, C]) putBack() {
	before := 0
	for _, d := range p.decisions {
		if d.chained == before {
			d.command.putBack()
		}
		before = d.chained
	}
}

// decideOne has the domain decide, and keeps the events apart from the state and the command,
// of which they may hold parts. Its panic is that command's error alone. What the domain refuses
// is refused whatever the precondition says (RFC 9110, 13.2.1): an answer that depended on both
// would tell the version of a stream that is not the caller's.
func (g *group[S, C]) decideOne(at snapshot[S], c *command[C]) (decided []event.Event, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			decided, err = nil, fmt.Errorf("panic in decide: %v\n%s", reason, debug.Stack())
		}
	}()
	decided, err = g.decide(at.state, c.body)
	if err == nil && !c.IfMatch.holds(at.version) {
		err = ErrPreconditionFailed
	}
	if err != nil {
		return nil, err
	}
	return detachedAll(decided), nil
}

// encrypts reports whether an event under a key has personal data. Its encryption is refused where the
// person was erased, and fails where keys are away: a key that has an answer needs none.
func (p *plan[S, C]) encrypts() bool {
	return slices.ContainsFunc(p.chain, func(a event.Append) bool {
		return a.Once != nil && slices.ContainsFunc(a.Streams[0].Events, func(e event.Event) bool {
			_, personal := e.(event.PersonalEvent)
			return personal
		})
	})
}

func (g *group[S, C]) newAppend(at snapshot[S], decided []event.Event, c *command[C]) event.Append {
	a := event.Append{
		Streams:  []event.StreamAppend{{Type: g.streamType, ID: g.id, Expected: at.version, Last: at.last, Events: decided}},
		Metadata: c.Metadata,
	}
	if c.Key != "" {
		a.Once = &event.Once{Key: c.Key, Fingerprint: c.Fingerprint, Keep: g.keep, Position: g.at.position}
	}
	return a
}

// answer settles a plan that holds, since its chain is in the log. A command that is
// refused may have been accepted the first time.
func (g *group[S, C]) answer(ctx context.Context, p *plan[S, C], appended []event.Appended) error {
	for _, d := range p.decisions {
		if d.refusal == nil {
			g.settle(d.command, answer{result: p.resultOf(d, appended)})
		}
	}
	g.putBack() // for the others nothing was done
	if err := g.replay(ctx); err != nil {
		return err
	}
	for _, d := range p.decisions {
		g.settle(d.command, answer{err: d.refusal}) // if it was not replayed
	}
	return nil
}

func (p *plan[S, C]) resultOf(d decision[C], appended []event.Appended) Result {
	at := p.from
	if d.chained > 0 {
		at = appended[d.chained-1]
	}
	return Result{StreamID: at.StreamID, Version: at.Version, Position: at.Position}
}
