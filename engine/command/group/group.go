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

// Log is the log as a group uses it: to append, and to look up the answers that keys have.
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

// group holds commands of one stream that are decided and appended together.
type group[S, C any] struct {
	server   *Server[S, C]
	id       uuid.UUID
	commands []*line.Command[C]
	at       states.State[S] // the state they are decided on; only this group has it
	spent    bool            // at.Value went into an Evolve that may have changed it, so it may differ from the log
	current  bool            // at was read from the log after the commands had arrived
	asked    bool            // the commands' keys were looked up after the commands had arrived
}

// giveBack returns the state to memory, unless it may differ from the log.
func (g *group[S, C]) giveBack() {
	if !g.spent {
		g.server.States.Put(g.id, g.at)
	}
	g.at, g.spent = states.State[S]{}, true
}

// keepBegun keeps the part of a stream that was read before reading failed, for the next command.
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

// trim drops commands that have an answer, or for which nobody waits. The others can't be withdrawn
// from now on.
func (g *group[S, C]) trim() {
	left := g.commands[:0]
	for _, c := range g.commands {
		if !c.Answered && !c.Take() {
			g.settle(c, line.Answer{Err: event.ErrUnavailable}) // Await has already returned this
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
