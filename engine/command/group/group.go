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

// Log is the part of the event log that a group needs: it appends events, and returns the stored
// answers of idempotency keys.
type Log interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}

// Server executes the commands that wait on the streams of one type.
type Server[S, C any] struct {
	Log    Log
	Domain *plan.Domain[S, C]
	States *states.States[S]
	Lines  *line.Lines[C]
	Keys   *once.Keys
}

// group is a group of commands on one stream that are decided and appended together.
type group[S, C any] struct {
	server   *Server[S, C]
	id       uuid.UUID
	commands []*line.Command[C]
	at       states.State[S] // state on which the commands are decided; no other group uses this state
	spent    bool            // whether at.Value was passed to an Evolve that may have changed it in place, so that at.Value may be wrong
	current  bool            // whether at was read from the log after the commands had arrived
	asked    bool            // whether the commands' idempotency keys were looked up after the commands had arrived
}

// giveBack puts the state back into the cache for the next group. If the state may differ from the
// log, giveBack drops the state.
func (g *group[S, C]) giveBack() {
	if !g.spent {
		g.server.States.Put(g.id, g.at)
	}
	g.at, g.spent = states.State[S]{}, true
}

// keepBegun caches a partial state after reading the stream has failed half way: the state after
// the events that were read. The next command continues to read from this state.
func (g *group[S, C]) keepBegun() {
	g.server.States.Begin(g.id, g.at)
	g.at, g.spent = states.State[S]{}, true
}

// putBack marks the unanswered commands as not being in an append. If a caller then stops waiting,
// its command has no effect.
func (g *group[S, C]) putBack() {
	for _, c := range g.commands {
		if !c.Answered {
			c.PutBack()
		}
	}
}

// trim removes from the group the commands that have an answer, and the commands whose caller has
// stopped waiting. trim marks the remaining commands as being in an append.
func (g *group[S, C]) trim() {
	left := g.commands[:0]
	for _, c := range g.commands {
		if !c.Answered && !c.Take() {
			g.settle(c, line.Answer{Err: event.ErrUnavailable}) // Await has already returned this answer to the caller
		}
		if !c.Answered {
			left = append(left, c)
		}
	}
	g.commands = left
}

// settle answers a command. If the command already has an answer, settle does nothing.
func (g *group[S, C]) settle(c *line.Command[C], a line.Answer) {
	if c.Answered {
		return
	}
	g.server.Keys.Release(c.Key)
	g.server.Lines.Answer(c, a)
}
