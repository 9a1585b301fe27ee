package several

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/answers"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/event"
)

// group is a group of commands on the same streams. The commands of a group are decided together,
// and their events are appended together.
type group[S, C any] struct {
	handler *Handler[S, C]
	waiting answers.Waiting[*call[S, C]]
	parts   []part // the streams of the commands, in the order of their ids
	agreed  bool   // whether all states were the streams' states at one moment after the commands had arrived
	tried   int    // how many appends of the group have conflicted
}

// newGroup returns a group of commands on the same streams.
func (h *Handler[S, C]) newGroup(commands []*line.Command[*call[S, C]]) *group[S, C] {
	g := &group[S, C]{handler: h}
	g.waiting = answers.Waiting[*call[S, C]]{Log: h.store, Lines: h.lines, Keys: h.keys, Commands: commands}
	for _, s := range inOrder(commands[0].Body.streams) {
		g.parts = append(g.parts, s.open())
	}
	return g
}

// fail answers all commands that have no answer yet with an error.
func (g *group[S, C]) fail(ctx context.Context, err error) {
	g.waiting.Fail(ctx, err, func(*line.Command[*call[S, C]]) error {
		return &event.Rejection{Code: "id_taken", Detail: "there is something else with this id; choose another id"}
	})
}

// giveBack puts all states back into the caches of their Handlers.
func (g *group[S, C]) giveBack() {
	for _, p := range g.parts {
		p.giveBack()
	}
}

// find returns the part with a stream's id. All commands of a group name the same streams.
func (g *group[S, C]) find(id uuid.UUID) (part, error) {
	for _, p := range g.parts {
		if p.stream() == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("stream %s is not in the group", id)
}
