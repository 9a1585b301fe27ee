package boundary

import (
	"context"
	"errors"
	"time"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/boundary/turns"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Default settings of a Handler.
const (
	KeepAnswers = 24 * time.Hour // how long the answer to an idempotency key is stored
	MaxCommands = 4096           // how many commands may wait or run at the same time
)

// Limits for a command whose append conflicts with the append of another process: such a command is
// decided again.
const (
	maxAttempts  = 10
	firstBackoff = 2 * time.Millisecond // longest backoff before the second attempt; it doubles before each further one
)

// Handler executes the commands of one Boundary.
type Handler[S, C any] struct {
	store    Store
	boundary Boundary[S, C]
	keep     time.Duration
	keys     *once.Keys
	turns    *turns.Turns
}

// NewHandler returns a Handler that decides commands over the boundary b, and appends their events
// to the store.
func NewHandler[S, C any](store Store, b Boundary[S, C]) *Handler[S, C] {
	return &Handler[S, C]{store: store, boundary: b, keep: KeepAnswers, keys: once.NewKeys(), turns: turns.New(MaxCommands)}
}

// WithKeepAnswers sets how long the answers of idempotency keys are stored, and returns h.
func (h *Handler[S, C]) WithKeepAnswers(keep time.Duration) *Handler[S, C] {
	h.keep = keep
	return h
}

// Handle executes a command, and returns the version of the command's stream after the command. If
// the command causes no event and has no idempotency key, the version is 0. The field Position of
// the result is the position of the command's last event. If the command causes no event, Position
// is the position up to which the decision has read the log. Handle does not answer before all
// events on which the answer depends are durable.
//
// If the command's idempotency key already has an answer, Handle returns that answer, even if the
// command would fail today. If Handle returns event.ErrUnknownOutcome, the command may have taken
// effect, or may still take effect. After any other error, the command has had no effect:
// *event.Rejection, event.ErrStreamNotFound, event.ErrTags, once.ErrKeyReused, once.ErrKeyInUse,
// event.ErrOverloaded, event.ErrUnavailable, event.ErrConflict (in each of ten attempts, another
// process changed the boundary first) and others.
func (h *Handler[S, C]) Handle(ctx context.Context, body C, r Request) (result command.Result, err error) {
	defer recovered("a function of the boundary, or in an event", &err)
	if err := h.keys.Claim(r.Key); err != nil {
		return command.Result{}, err
	}
	defer h.keys.Release(r.Key)
	d := &decision[S, C]{store: h.store, boundary: &h.boundary, keep: h.keep, body: body, request: r, items: h.boundary.Query(body)}
	if err := event.CheckItems(d.items); err != nil {
		return command.Result{}, err
	}
	leave, err := h.turns.Take(ctx, tagsOf(d.items))
	if err != nil {
		return command.Result{}, err
	}
	defer leave()
	a := d.answer(ctx)
	return command.Result{StreamID: a.StreamID, Version: a.Version, Position: a.Position, Replayed: a.Replayed}, a.Err
}

// answer decides the command. If the append fails with a conflict, or because the log went back to
// an earlier state, answer decides the command again. In all, answer decides the command at most
// maxAttempts times. If the command fails and its idempotency key has an answer, the function
// answer returns that answer: an earlier command with the same key may have been accepted.
func (d *decision[S, C]) answer(ctx context.Context) line.Answer {
	var a line.Answer
	for attempt := range maxAttempts {
		if a = d.attempt(ctx); !errors.Is(a.Err, event.ErrConflict) && !errors.Is(a.Err, event.ErrLogChanged) {
			break
		}
		if err := line.BackOff(ctx, firstBackoff<<attempt); err != nil {
			return line.Answer{Err: states.InTime(err)}
		}
	}
	if a.Err == nil || d.request.Key == "" || once.IsOutage(a.Err) {
		return a
	}
	answers, err := d.store.Answers(ctx, []string{d.request.Key})
	if err != nil {
		return line.Answer{Err: states.InTime(err)}
	}
	if first, ok := answers[d.request.Key]; ok {
		return once.Again(first, d.request.Fingerprint)
	}
	return a
}

func tagsOf(items []event.Item) (tags []string) {
	for _, item := range items {
		tags = append(tags, item.Tags...)
	}
	return tags
}
