package several

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// recall gets the states of all streams from the caches. recall then reads the streams whose cached
// state is missing, incomplete or probably outdated. Before that, recall looks up the commands'
// idempotency keys: a command whose key has an answer does not need the streams.
func (g *group[S, C]) recall(ctx context.Context) error {
	var unknown []part
	for _, p := range g.parts {
		if !p.recall() && p.stream() != g.newStream() {
			unknown = append(unknown, p)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	if err := g.waiting.Replay(ctx); err != nil {
		return err
	}
	if g.waiting.Trim(); len(g.waiting.Commands) == 0 {
		return nil
	}
	g.waiting.PutBack()
	_, err := refresh(ctx, unknown)
	return err
}

// newStream returns the id of the stream that need not be read, because its id was generated for
// the only command of the group. If there is no such stream, newStream returns uuid.Nil.
func (g *group[S, C]) newStream() uuid.UUID {
	if c := g.waiting.Commands[0]; c.NewStream && len(g.waiting.Commands) == 1 {
		return c.Body.streams[0].id
	}
	return uuid.Nil
}

// attempt decides the commands of the group on the known states, and appends the events. If the
// append conflicts with events of another process, attempt reads these events, and the commands
// stay in the group for the next attempt.
func (g *group[S, C]) attempt(ctx context.Context) error {
	if slices.ContainsFunc(g.parts, part.spent) {
		g.waiting.PutBack()
		if err := g.agree(ctx); err != nil {
			return err
		}
		if g.waiting.Trim(); len(g.waiting.Commands) == 0 {
			return nil
		}
	}
	p := g.plan()
	if len(p.chain) == 0 {
		g.waiting.PutBack()
		if !g.agreed { // another process may have appended an event after which a refused command is allowed
			return g.agree(ctx)
		}
		return g.answerAll(ctx, p, nil)
	}
	if !g.waiting.Asked && p.encrypts() {
		g.waiting.PutBack()
		if err := g.waiting.Replay(ctx); err != nil || slices.ContainsFunc(g.waiting.Commands, wasAnswered) {
			return err
		}
	}
	p.putBack()
	appended, err := g.waiting.AppendAll(ctx, p.chain)
	switch {
	case errors.Is(err, event.ErrConflict), errors.Is(err, event.ErrLogChanged):
		g.tried++
		if err := line.BackOff(ctx, time.Millisecond<<min(g.tried, 5)); err != nil {
			return states.InTime(err)
		}
		return g.agree(ctx)
	case errors.Is(err, event.ErrAnswered):
		return g.waiting.Replay(ctx)
	case err != nil:
		return err
	}
	if err := g.landed(p.chain, appended); err != nil {
		return err
	}
	return g.answerAll(ctx, p, appended)
}

// wasAnswered reports whether a command has its answer, or whether its caller has stopped waiting.
func wasAnswered[B any](c *line.Command[B]) bool { return c.Answered || !c.Take() }

// agree reads all streams again. If no stream has changed, all states existed together at one
// moment: just before the first of these reads began.
func (g *group[S, C]) agree(ctx context.Context) error {
	changed, err := refresh(ctx, g.parts)
	g.agreed = err == nil && !changed
	return err
}

// refresh reads the given streams at the same time, so that the reads share a round trip. The
// result changed says whether any stream has changed.
func refresh(ctx context.Context, parts []part) (changed bool, err error) {
	changes, errs := make([]bool, len(parts)), make([]error, len(parts))
	var others sync.WaitGroup
	for i, p := range parts[1:] {
		others.Go(func() { changes[i+1], errs[i+1] = p.refresh(ctx) })
	}
	changes[0], errs[0] = parts[0].refresh(ctx)
	others.Wait()
	return slices.Contains(changes, true), errors.Join(errs...)
}

// landed records that all appends of the list chain have succeeded. The states after the events of
// these appends become the known states of the streams.
func (g *group[S, C]) landed(chain []event.Append, appended []event.Appended) error {
	last, end := chain[len(chain)-1], appended[len(appended)-1]
	if len(last.Streams) == 1 {
		end.Ends = []event.StreamEnd{{Version: end.Version, Position: end.Position, EventID: end.EventID}}
	}
	for i, s := range last.Streams {
		p, err := g.find(s.ID)
		if err != nil {
			return err
		}
		p.landed(end.Ends[i])
	}
	return nil
}
