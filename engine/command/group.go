package command

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// maxAttempts bounds how often a group is decided anew because another process was
// faster. In one process the commands of a stream never compete.
const maxAttempts = 10

// serve answers the commands of a line, group by group, until it is empty.
func (h *Handler[S, C]) serve(ctx context.Context, id uuid.UUID) {
	for line := h.lines.next(id); line != nil; line = h.lines.next(id) {
		g := &group[S, C]{Handler: h, id: id, commands: line}
		g.run(ctx)
	}
}

// group is commands of one stream that are decided and appended together.
type group[S, C any] struct {
	*Handler[S, C]
	id       uuid.UUID
	commands []*command[C]
	at       snapshot[S] // what they are decided on: nobody else has it
	spent    bool        // at.state went into an Evolve that may have changed it: it is no fold of the log
	current  bool        // at was read from the log after they had arrived
	asked    bool        // their keys were looked up after they had arrived
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

// giveBack gives the state back to memory, if it is the fold of the log.
func (g *group[S, C]) giveBack() {
	if !g.spent {
		g.states.put(g.id, g.at)
	}
	g.at, g.spent = snapshot[S]{}, true
}

// recall takes the state to decide on from memory, or else from the log. Before it reads a
// stream, which may be long, or one that it can't read, it looks the keys up.
func (g *group[S, C]) recall(ctx context.Context) error {
	var held bool
	g.at, held = g.states.take(g.id)
	switch {
	case held && !g.at.partial:
		if g.at.shared { // what is held is old, most likely: an append would only conflict
			return g.catchUp(ctx)
		}
		return nil
	case !held && len(g.commands) == 1 && g.commands[0].NewStream:
		return nil
	}
	err := g.replay(ctx)
	if err == nil {
		g.trim()
	}
	if err != nil || len(g.commands) == 0 {
		g.keepBegun()
		return err
	}
	g.putBack()
	if err = g.catchUp(ctx); err == nil {
		g.at.shared = false // as far as is known
	}
	return err
}

// keepBegun keeps what was read of a stream before that failed, for the next command.
func (g *group[S, C]) keepBegun() {
	g.states.begin(g.id, g.at)
	g.at, g.spent = snapshot[S]{}, true
}

// attempt decides the group on the state as it is known and makes that durable. If
// the log has moved on it learns how, and leaves the commands for the next attempt.
func (g *group[S, C]) attempt(ctx context.Context) error {
	if g.spent {
		g.putBack()
		if err := g.catchUp(ctx); err != nil {
			return err
		}
		if g.trim(); len(g.commands) == 0 {
			return nil
		}
	}
	p := g.plan()
	if len(p.chain) == 0 {
		g.putBack()
		if !g.current { // another process may have made a refusal wrong, and nothing would notice
			return g.catchUp(ctx)
		}
		return g.answer(ctx, p, nil)
	}
	if !g.asked && p.encrypts() {
		g.putBack()
		if err := g.replay(ctx); err != nil || slices.ContainsFunc(g.commands, func(c *command[C]) bool { return c.settled || !c.take() }) {
			return err
		}
	}
	p.putBack()
	appended, err := g.appendAll(ctx, p.chain)
	switch {
	case errors.Is(err, event.ErrConflict), errors.Is(err, event.ErrLogChanged):
		return g.catchUp(ctx)
	case errors.Is(err, event.ErrAnswered):
		return g.replay(ctx)
	case err != nil:
		return err
	}
	last := appended[len(appended)-1]
	switch {
	case p.to.version <= g.at.version:
	case p.clear: // the log has it encrypted: what follows the state is read again, or all of the stream
		g.at.shared = true
	default:
		g.at, g.spent = snapshot[S]{p.to.state, last.Version, last.Position, g.at.shared, false, last.EventID, g.at.age}, false
	}
	return g.answer(ctx, p, appended)
}

// appendAll gives the append as long as the longest of the commands has.
func (g *group[S, C]) appendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	var until time.Time
	for _, c := range g.commands {
		if c.until.IsZero() {
			until = c.until
			break
		}
		if c.until.After(until) {
			until = c.until
		}
	}
	if !until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	appended, err := g.store.AppendAll(ctx, chain)
	if err != nil && !errors.Is(err, event.ErrUnknownOutcome) {
		g.putBack()
	}
	return appended, err
}

// putBack lets commands be withdrawn for which nothing was appended.
func (g *group[S, C]) putBack() {
	for _, c := range g.commands {
		if !c.settled {
			c.putBack()
		}
	}
}

// catchUp reads what the log has after the state, or all of the stream where the state is spent.
func (g *group[S, C]) catchUp(ctx context.Context) (err error) {
	old := g.at
	if g.spent {
		old = snapshot[S]{}
	}
	held := g.at.version
	g.at, err = g.refresh(ctx, g.id, old)
	if g.current = true; err != nil {
		g.keepBegun()
		return err
	}
	g.at.shared, g.at.partial, g.spent = g.at.version != held, false, false
	return nil
}

// giveUp answers a group that failed. An append that the database refuses for what
// is in it must not fail its neighbours: each then goes alone.
func (g *group[S, C]) giveUp(ctx context.Context, err error) {
	if len(g.commands) == 1 || isOutage(err) {
		g.fail(ctx, err)
		return
	}
	for _, c := range g.commands {
		if c.settled {
			continue
		}
		alone := &group[S, C]{Handler: g.Handler, id: g.id, commands: []*command[C]{c}}
		alone.run(ctx)
	}
}

func isOutage(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) ||
		errors.Is(err, event.ErrOverloaded)
}

// fail answers all that have no answer yet with an error: a refusal, too, rests on
// what the error keeps from becoming durable. A key that has an answer already gets that
// one, unless the database is away. An append in doubt is so for those whom it may have only.
func (g *group[S, C]) fail(ctx context.Context, err error) {
	if !isOutage(err) {
		if unanswered := g.replay(ctx); unanswered != nil {
			err = unanswered
		}
	}
	for _, c := range g.commands {
		if errors.Is(err, event.ErrOtherStream) {
			g.settle(c, answer{err: g.refuseOther(c)})
		}
		if errors.Is(err, event.ErrUnknownOutcome) && c.withdraw() {
			g.settle(c, answer{err: fmt.Errorf("%w: it rests on what may be in the log: %s", event.ErrUnavailable, err.Error())})
		}
		g.settle(c, answer{err: err})
	}
}

// refuseOther is the answer to a command whose stream is of another type: what it says of
// a stream that is not there, or, where it would begin one, that the id is taken.
func (g *group[S, C]) refuseOther(c *command[C]) error {
	var empty snapshot[S]
	if _, err := g.decideOne(empty, c); errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	return &event.Rejection{Code: "id_taken", Detail: "there is something else with this id; choose another id"}
}

// trim leaves the commands that have no answer and somebody who waits for it. They can't be
// withdrawn from now on.
func (g *group[S, C]) trim() {
	left := g.commands[:0]
	for _, c := range g.commands {
		if !c.settled && !c.take() {
			g.settle(c, answer{err: event.ErrUnavailable}) // which outOfTime has said
		}
		if !c.settled {
			left = append(left, c)
		}
	}
	g.commands = left
}

// settle gives a command its answer, unless it has one.
func (g *group[S, C]) settle(c *command[C], a answer) {
	if c.settled {
		return
	}
	c.settled = true
	g.keys.release(c.Key)
	g.lines.leave(1)
	c.answered <- a
}
