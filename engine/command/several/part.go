package several

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/plan"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// part is one stream of a group of commands. typed implements part for each type of state.
type part interface {
	stream() uuid.UUID
	hold(ctx context.Context) error
	release(ctx context.Context)
	recall() (known bool)
	refresh(ctx context.Context) (changed bool, err error)
	giveBack()

	begin()
	end() (version, position int64)
	append(decided []event.Event) event.StreamAppend
	apply(decided []event.Event)
	spent() bool
	landed(at event.StreamEnd)
}

// typed is a stream whose state has the type S.
type typed[S, C any] struct {
	id     uuid.UUID
	lines  command.Access[S, C]
	domain *plan.Domain[S, C]
	states *states.States[S]

	at      states.State[S] // the state that agrees with the log, as far as this process knows
	to      states.State[S] // the state after the events of the commands that are decided
	changed bool            // whether an Evolve may have changed at.Value in place, so that at.Value may be wrong
	clear   bool            // whether the state to may contain personal data that is not encrypted
}

func newPart[S, C any](h *command.Handler[S, C], id uuid.UUID) *typed[S, C] {
	access := h.Access()
	return &typed[S, C]{id: id, lines: access, domain: access.Domain, states: access.States}
}

func (t *typed[S, C]) stream() uuid.UUID { return t.id }

func (t *typed[S, C]) hold(ctx context.Context) error { return t.lines.Hold(ctx, t.id) }

func (t *typed[S, C]) release(ctx context.Context) { t.lines.Release(ctx, t.id) }

// recall gets the state from the cache. If the cached state is missing, incomplete or probably
// outdated, recall returns false, and the caller must call refresh.
func (t *typed[S, C]) recall() (known bool) {
	var held bool
	t.at, held = t.states.Take(t.id)
	return held && !t.at.Partial && !t.at.Shared
}

// refresh reads the events that follow the state, and applies them to the state. The result changed
// says whether the stream has changed since the state was read. If an Evolve may have changed the
// state in place, refresh reads the whole stream. If the stream has another type, refresh treats it
// as a stream without events. So Decide answers in the same way as for an unknown stream.
func (t *typed[S, C]) refresh(ctx context.Context) (changed bool, err error) {
	defer func() {
		if reason := recover(); reason != nil { // refresh may run in a goroutine of its own
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
			t.changed = true
		}
	}()
	version, last, old := t.at.Version, t.at.Last, t.at
	if t.changed {
		old = states.State[S]{}
	}
	t.at, err = t.states.Refresh(ctx, t.id, old)
	switch {
	case errors.Is(err, event.ErrOtherStream):
		t.at = states.State[S]{}
	case err != nil:
		t.states.Begin(t.id, t.at)
		t.at, t.changed = states.State[S]{}, true
		return false, err
	}
	changed = t.at.Version != version || t.at.Last != last
	t.at.Shared, t.at.Partial, t.changed = changed && version > 0, false, false
	return changed, nil
}

// giveBack puts the state back into the cache. If the state may differ from the log, giveBack drops
// the state.
func (t *typed[S, C]) giveBack() {
	switch {
	case t.changed:
	case t.at.Partial:
		t.states.Begin(t.id, t.at)
	default:
		t.states.Put(t.id, t.at)
	}
	t.at, t.changed = states.State[S]{}, true
}

// begin sets t.to to the state in t.at, before the first command is decided.
func (t *typed[S, C]) begin() { t.to, t.clear = t.at, false }

// end returns the version of the stream after the decided events, and the position of the stream's
// last event that is in the log.
func (t *typed[S, C]) end() (version, position int64) { return t.to.Version, t.to.Position }

// append returns the part of an append that adds a command's events to this stream.
func (t *typed[S, C]) append(decided []event.Event) event.StreamAppend {
	return event.StreamAppend{Type: t.domain.StreamType, ID: t.id, Expected: t.to.Version, Last: t.to.Last, Events: decided}
}

// apply applies a command's events to the state in the field to.
func (t *typed[S, C]) apply(decided []event.Event) {
	if len(decided) == 0 {
		return
	}
	t.changed = t.changed || t.domain.MayChange()
	var personal bool
	t.to, personal = t.domain.After(t.to, decided)
	t.clear = t.clear || personal
}

func (t *typed[S, C]) spent() bool { return t.changed }

// landed records that the events of the state in the field to were appended: it copies this state
// to the field at.
func (t *typed[S, C]) landed(at event.StreamEnd) {
	switch {
	case t.to.Version == t.at.Version:
	case t.clear: // the events are read again from the log, where personal data is encrypted
		t.at.Shared = true
	default:
		t.at.Value, t.at.Version, t.at.Position, t.at.Last = t.to.Value, at.Version, at.Position, at.EventID
		t.at.Partial, t.changed = false, false
	}
}
