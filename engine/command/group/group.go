package group

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/answers"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
)

// Server executes the commands that wait on the streams of one type.
type Server[S, C any] struct {
	Log    answers.Log
	Domain *plan.Domain[S, C]
	States *states.States[S]
	Lines  *line.Lines[C]
	Keys   *once.Keys
}

// group is a group of commands on one stream. The commands are decided together, and their events
// are appended together.
type group[S, C any] struct {
	server  *Server[S, C]
	id      uuid.UUID
	waiting answers.Waiting[C]
	at      states.State[S] // state on which the commands are decided; no other group uses this state
	spent   bool            // whether at.Value was passed to an Evolve that may have changed it in place, so that at.Value may be wrong
	current bool            // whether at was read from the log after the commands had arrived
}

// giveBack puts the state back into the cache for the next group. If the state may differ from the
// log, giveBack drops the state.
func (g *group[S, C]) giveBack() {
	if !g.spent {
		g.server.States.Put(g.id, g.at)
	}
	g.at, g.spent = states.State[S]{}, true
}

// keepBegun caches a partial state: the state after the events that were read before the reading of
// the stream failed. The next command continues to read from this state.
func (g *group[S, C]) keepBegun() {
	g.server.States.Begin(g.id, g.at)
	g.at, g.spent = states.State[S]{}, true
}

// newGroup returns a group of the given commands, which wait on the stream id.
func (s *Server[S, C]) newGroup(id uuid.UUID, commands []*line.Command[C]) *group[S, C] {
	waiting := answers.Waiting[C]{Log: s.Log, Lines: s.Lines, Keys: s.Keys, Commands: commands}
	return &group[S, C]{server: s, id: id, waiting: waiting}
}
