package group

import (
	"context"
	"errors"
	"slices"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// recall gets the state of the stream from the cache. If the cached state is probably outdated,
// recall reads the events that follow the state. If the cache has no complete state, recall reads
// the stream from the log, unless the stream is new. Before that, recall looks up the commands'
// idempotency keys: a command whose key has an answer does not need the stream, which may be long
// or unreadable.
func (g *group[S, C]) recall(ctx context.Context) error {
	var held bool
	g.at, held = g.server.States.Take(g.id)
	switch {
	case held && !g.at.Partial:
		if g.at.Shared { // the state in the cache is probably outdated, and an append would conflict
			return g.catchUp(ctx)
		}
		return nil
	case !held && len(g.waiting.Commands) == 1 && g.waiting.Commands[0].NewStream:
		return nil
	}
	err := g.waiting.Replay(ctx)
	if err == nil {
		g.waiting.Trim()
	}
	if err != nil || len(g.waiting.Commands) == 0 {
		g.keepBegun()
		return err
	}
	g.waiting.PutBack()
	if err = g.catchUp(ctx); err == nil {
		g.at.Shared = false // no other process is known to write to the stream now
	}
	return err
}

// attempt decides the commands of the group on the known state, and appends the events. If the
// append conflicts with events of another process, attempt reads these events, and the commands
// stay in the group for the next attempt.
func (g *group[S, C]) attempt(ctx context.Context) error {
	if g.spent {
		g.waiting.PutBack()
		if err := g.catchUp(ctx); err != nil {
			return err
		}
		if g.waiting.Trim(); len(g.waiting.Commands) == 0 {
			return nil
		}
	}
	p := g.server.Domain.Make(g.id, g.at, g.waiting.Commands)
	g.spent = g.spent || p.Spent
	if len(p.Chain) == 0 {
		g.waiting.PutBack()
		if !g.current { // another process may have appended an event after which a refused command is allowed; an append would detect this by a conflict, but nothing is appended
			return g.catchUp(ctx)
		}
		return g.answerAll(ctx, p, nil)
	}
	if !g.waiting.Asked && p.Encrypts() {
		g.waiting.PutBack()
		if err := g.waiting.Replay(ctx); err != nil || slices.ContainsFunc(g.waiting.Commands, func(c *line.Command[C]) bool { return c.Answered || !c.Take() }) {
			return err
		}
	}
	p.PutBack()
	appended, err := g.waiting.AppendAll(ctx, p.Chain)
	switch {
	case errors.Is(err, event.ErrConflict), errors.Is(err, event.ErrLogChanged):
		return g.catchUp(ctx)
	case errors.Is(err, event.ErrAnswered):
		return g.waiting.Replay(ctx)
	case err != nil:
		return err
	}
	last := appended[len(appended)-1]
	switch {
	case p.To.Version <= g.at.Version:
	case p.Clear: // the new state contains personal data that is not encrypted, so the events are read again from the log, where it is encrypted
		g.at.Shared = true
	default:
		g.at.Value, g.at.Version, g.at.Position, g.at.Last = p.To.Value, last.Version, last.Position, last.EventID
		g.at.Partial, g.spent = false, false
	}
	return g.answerAll(ctx, p, appended)
}

// catchUp reads the events that follow the state, and applies them to the state. If an Evolve may
// have changed the state in place, catchUp reads the whole stream instead.
func (g *group[S, C]) catchUp(ctx context.Context) (err error) {
	old := g.at
	if g.spent {
		old = states.State[S]{}
	}
	held := g.at.Version
	g.at, err = g.server.States.Refresh(ctx, g.id, old)
	if g.current = true; err != nil {
		g.keepBegun()
		return err
	}
	g.at.Shared, g.at.Partial, g.spent = g.at.Version != held, false, false
	return nil
}
