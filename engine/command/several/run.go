package several

import (
	"context"
	"fmt"
	"runtime/debug"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/event"
)

// maxAttempts limits how often the commands of a group are decided, if each append conflicts with
// an append of another process.
const maxAttempts = 20

// run answers every command of the group. Meanwhile, no other command of this process uses the
// streams.
func (g *group[S, C]) run(ctx context.Context) {
	ctx, span := g.waiting.Trace(ctx, "several streams")
	defer span.End()
	held, err := g.hold(ctx)
	defer func() {
		for _, p := range held {
			p.release(ctx)
		}
	}()
	if err != nil {
		g.fail(ctx, err)
		return
	}
	g.execute(ctx)
}

// hold waits for the lines of all streams and occupies them, in the order of the streams' ids, so
// that two groups never wait for each other. If all callers stop waiting first, hold returns an
// error, and the streams whose lines it has already got.
func (g *group[S, C]) hold(ctx context.Context) (held []part, err error) {
	if until := g.waiting.Until(); !until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	for i, p := range g.parts {
		if err := p.hold(ctx); err != nil {
			return g.parts[:i], err
		}
	}
	return g.parts, nil
}

// execute answers every command of the group, even after a panic. The group must hold the lines of
// all streams.
func (g *group[S, C]) execute(ctx context.Context) {
	defer func() {
		if reason := recover(); reason != nil {
			g.fail(ctx, fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
		}
	}()
	if err := g.recall(ctx); err != nil {
		g.giveBack()
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
// database may have refused the content of one command's append. Then giveUp executes each command
// alone, so that the other commands can succeed.
func (g *group[S, C]) giveUp(ctx context.Context, err error) {
	if len(g.waiting.Commands) == 1 || once.IsOutage(err) {
		g.fail(ctx, err)
		return
	}
	for _, c := range g.waiting.Commands {
		if !c.Answered {
			g.handler.newGroup([]*line.Command[*call[S, C]]{c}).execute(ctx)
		}
	}
}
