package group

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/event"
)

// maxAttempts bounds how often a group is decided again because another process was faster.
// Commands of one process never compete for a stream.
const maxAttempts = 10

// Serve answers the commands of a stream's line, group by group, until it is empty.
func (s *Server[S, C]) Serve(ctx context.Context, id uuid.UUID) {
	for commands := s.Lines.Next(id); commands != nil; commands = s.Lines.Next(id) {
		g := &group[S, C]{server: s, id: id, commands: commands}
		g.run(ctx)
	}
}

// run answers every command of the group, whatever happens.
func (g *group[S, C]) run(ctx context.Context) {
	defer func() {
		if reason := recover(); reason != nil {
			g.fail(ctx, fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
		}
	}()
	if err := g.recall(ctx); err != nil {
		g.fail(ctx, err)
		return
	}
	for range maxAttempts {
		if g.trim(); len(g.commands) == 0 {
			g.giveBack()
			return
		}
		if err := g.attempt(ctx); err != nil {
			g.giveUp(ctx, err)
			return
		}
	}
	g.giveBack()
	g.fail(ctx, event.ErrConflict)
}

// giveUp answers a group that failed. If the database refuses the content of one append, the others
// must not fail with it: each command is then appended alone.
func (g *group[S, C]) giveUp(ctx context.Context, err error) {
	if len(g.commands) == 1 || once.IsOutage(err) {
		g.fail(ctx, err)
		return
	}
	for _, c := range g.commands {
		if c.Answered {
			continue
		}
		alone := &group[S, C]{server: g.server, id: g.id, commands: []*line.Command[C]{c}}
		alone.run(ctx)
	}
}
