package group

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Log is the log as a group appends to it, and asks it for the answers that keys have.
type Log interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}

// Server serves lines of commands on streams of one type.
type Server[S, C any] struct {
	Log    Log
	Domain *plan.Domain[S, C]
	States *states.States[S]
	Lines  *line.Lines[C]
	Keys   *once.Keys
}

// group is commands of one stream that are decided and appended together.
type group[S, C any] struct {
	server   *Server[S, C]
	id       uuid.UUID
	commands []*line.Command[C]
	at       states.State[S] // what they are decided on: nobody else has it
	spent    bool            // at.Value went into an Evolve that may have changed it: it is no fold of the log
	current  bool            // at was read from the log after they had arrived
	asked    bool            // their keys were looked up after they had arrived
}

// giveBack gives the state back to memory, if it is the fold of the log.
func (g *group[S, C]) giveBack() {
	if !g.spent {
		g.server.States.Put(g.id, g.at)
	}
	g.at, g.spent = states.State[S]{}, true
}

// keepBegun keeps what was read of a stream before that failed, for the next command.
func (g *group[S, C]) keepBegun() {
	g.server.States.Begin(g.id, g.at)
	g.at, g.spent = states.State[S]{}, true
}

// putBack lets commands be withdrawn for which nothing was appended.
func (g *group[S, C]) putBack() {
	for _, c := range g.commands {
		if !c.Answered {
			c.PutBack()
		}
	}
}

// trim leaves the commands that have no answer and somebody who waits for it. They can't be
// withdrawn from now on.
func (g *group[S, C]) trim() {
	left := g.commands[:0]
	for _, c := range g.commands {
		if !c.Answered && !c.Take() {
			g.settle(c, line.Answer{Err: event.ErrUnavailable}) // which Await has said
		}
		if !c.Answered {
			left = append(left, c)
		}
	}
	g.commands = left
}

// settle gives a command its answer, unless it has one.
func (g *group[S, C]) settle(c *line.Command[C], a line.Answer) {
	if c.Answered {
		return
	}
	g.server.Keys.Release(c.Key)
	g.server.Lines.Answer(c, a)
}
