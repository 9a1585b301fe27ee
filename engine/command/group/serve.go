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

// maxAttempts limits how often the commands of a group are decided, if each append conflicts with
// an append of another process. Commands of the same process wait for each other and never
// conflict.
const maxAttempts = 10

// Serve takes one group of commands after another from the queue of a stream and answers them,
// until the queue is empty.
func (s *Server[S, C]) Serve(ctx context.Context, id uuid.UUID) {
	for commands := s.Lines.Next(id); commands != nil; commands = s.Lines.Next(id) {
		s.newGroup(id, commands).run(ctx)
	}
}

// run answers every command of the group, even after a panic.
func (g *group[S, C]) run(ctx context.Context) {
	ctx, span := g.waiting.Trace(ctx, g.server.Domain.StreamType)
	defer span.End()
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
		if g.waiting.Trim(); len(g.waiting.Commands) == 0 {
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

// giveUp answers the commands of a group whose append has failed. If the error is an outage, or if
// the group has only one command, giveUp answers every command with the error. Otherwise the
// database may have refused the content of one command's append. Then giveUp runs each command
// alone, so that the other commands can succeed.
func (g *group[S, C]) giveUp(ctx context.Context, err error) {
	if len(g.waiting.Commands) == 1 || once.IsOutage(err) {
		g.fail(ctx, err)
		return
	}
	for _, c := range g.waiting.Commands {
		if c.Answered {
			continue
		}
		g.server.newGroup(g.id, []*line.Command[C]{c}).run(ctx)
	}
}
