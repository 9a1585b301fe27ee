package several

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"example.com/pgcqrs/engine/command/detach"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/event"
)

// planned has the result of deciding the commands of a group, one after another. It is valid only
// while all streams are still at the versions on which the commands were decided.
type planned[S, C any] struct {
	decisions []decision[S, C]
	chain     []event.Append
}

// decision is the result of deciding one command of a group.
type decision[S, C any] struct {
	command *line.Command[*call[S, C]]
	refusal error // nil: the command was accepted
	own     bool  // whether the chain of appends has an append of this command
	chained int   // number of appends in the chain of appends up to and including this command's append
	quiet   line.Answer
}

// plan decides the commands of the group, each on the states after the previous command.
func (g *group[S, C]) plan() *planned[S, C] {
	p := &planned[S, C]{}
	for _, part := range g.parts {
		part.begin()
	}
	for _, c := range g.waiting.Commands {
		d := decision[S, C]{command: c}
		var a event.Append
		a, d.quiet, d.refusal = g.decide(c)
		if d.own = d.refusal == nil && (hasEvents(a) || a.Once != nil); d.own {
			p.chain = append(p.chain, a)
			g.apply(a)
		}
		d.chained = len(p.chain)
		p.decisions = append(p.decisions, d)
	}
	return p
}

// decide decides one command, and returns the append of the command, or the reason why the command
// is refused. If the domain panics, decide returns the panic as the error of this command. The
// result quiet is the answer if the command causes no events.
func (g *group[S, C]) decide(c *line.Command[*call[S, C]]) (a event.Append, quiet line.Answer, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic in decide: %v\n%s", reason, debug.Stack())
		}
	}()
	parts, err := g.show(c.Body)
	if err != nil {
		return a, quiet, err
	}
	decided, err := g.handler.decide(*c.Body.states, c.Body.body)
	version, _ := parts[0].end()
	switch {
	case err != nil:
		return a, quiet, err
	case !c.IfMatch.Holds(version):
		return a, quiet, event.ErrPreconditionFailed
	case len(decided) > len(parts):
		return a, quiet, fmt.Errorf("decide returned %d lists of events for %d streams", len(decided), len(parts))
	}
	quiet = line.Answer{StreamID: parts[0].stream(), Version: version, Position: g.position()}
	a.Metadata, a.Identity = c.Metadata, c.Identity
	if c.Key != "" {
		a.Once = &event.Once{Key: c.Key, Fingerprint: c.Fingerprint, Keep: g.handler.keep, Position: quiet.Position}
	}
	for i, part := range parts {
		var own []event.Event
		if i < len(decided) {
			own = detach.All(decided[i])
		}
		a.Streams = append(a.Streams, part.append(own))
	}
	return a, quiet, nil
}

// apply applies the events of an append to the states, for the next command of the group.
func (g *group[S, C]) apply(a event.Append) {
	for _, s := range a.Streams {
		for _, p := range g.parts {
			if p.stream() == s.ID {
				p.apply(s.Events)
			}
		}
	}
}

// show assigns the states of the command's streams to their variables, and returns the parts of the
// streams in the command's order.
func (g *group[S, C]) show(c *call[S, C]) ([]part, error) {
	parts := make([]part, len(c.streams))
	for i, s := range c.streams {
		p, err := g.find(s.id)
		if err == nil {
			err = s.show(p)
		}
		if err != nil {
			return nil, err
		}
		parts[i] = p
	}
	return parts, nil
}

// position returns the highest position of the last events of the group's streams.
func (g *group[S, C]) position() (highest int64) {
	for _, p := range g.parts {
		_, position := p.end()
		highest = max(highest, position)
	}
	return highest
}

// putBack records, for each command that appends nothing, that the command is in no append.
func (p *planned[S, C]) putBack() {
	for _, d := range p.decisions {
		if !d.own {
			d.command.PutBack()
		}
	}
}

// encrypts reports whether the plan has a command that has an idempotency key and at least one
// event with personal data. For such a command, the key is looked up before the data is encrypted,
// because the person may be erased.
func (p *planned[S, C]) encrypts() bool {
	return slices.ContainsFunc(p.chain, func(a event.Append) bool {
		return a.Once != nil && slices.ContainsFunc(a.Streams, func(s event.StreamAppend) bool {
			return slices.ContainsFunc(s.Events, func(e event.Event) bool {
				_, personal := e.(event.PersonalEvent)
				return personal
			})
		})
	})
}

// answerAll answers the commands of a group after the appends of the group are in the log. Before
// answerAll answers that a command is refused, it looks up the command's idempotency key: an
// earlier command with the same key may have been accepted.
func (g *group[S, C]) answerAll(ctx context.Context, p *planned[S, C], appended []event.Appended) error {
	for _, d := range p.decisions {
		if d.refusal == nil {
			g.waiting.Settle(d.command, d.answer(appended))
		}
	}
	g.waiting.PutBack() // nothing was done for the refused commands, so they can be withdrawn
	if err := g.waiting.Replay(ctx); err != nil {
		return err
	}
	for _, d := range p.decisions {
		g.waiting.Settle(d.command, line.Answer{Err: d.refusal}) // does nothing for a command that Replay has answered
	}
	return nil
}

// answer returns the answer to an accepted command whose events are in the log.
func (d decision[S, C]) answer(appended []event.Appended) line.Answer {
	if !d.own {
		if d.chained > 0 {
			d.quiet.Position = max(d.quiet.Position, appended[d.chained-1].Position)
		}
		return d.quiet
	}
	at := appended[d.chained-1]
	return line.Answer{StreamID: at.StreamID, Version: at.Version, Position: at.Position}
}

func hasEvents(a event.Append) bool {
	return slices.ContainsFunc(a.Streams, func(s event.StreamAppend) bool { return len(s.Events) > 0 })
}
