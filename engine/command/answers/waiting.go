package answers

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/tracing"
)

// Log is the part of the event log that a group needs: it appends events, and returns the stored
// answers of idempotency keys.
type Log interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}

// Waiting has the commands of one group, until each command has its answer.
type Waiting[C any] struct {
	Log      Log
	Lines    *line.Lines[C]
	Keys     *once.Keys
	Commands []*line.Command[C]
	Asked    bool // whether the commands' idempotency keys were looked up after the commands had arrived
}

// Trace starts the span in which the commands are decided and appended. If none of the commands has
// a sampled span, Trace starts no span. The parameter what names the kind of the commands.
func (w *Waiting[C]) Trace(ctx context.Context, what string) (context.Context, trace.Span) {
	var callers tracing.Callers
	for _, c := range w.Commands {
		callers.Add(c.Span)
	}
	ctx, span := callers.Start(ctx, "decide", what)
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("engine.commands", len(w.Commands)))
	}
	return ctx, span
}

// PutBack undoes Command.Take for the unanswered commands: it records that no append contains them.
// If a caller then stops waiting, its command has no effect.
func (w *Waiting[C]) PutBack() {
	for _, c := range w.Commands {
		if !c.Answered {
			c.PutBack()
		}
	}
}

// Trim removes from the group the commands that have an answer, and the commands whose caller has
// stopped waiting. Trim marks the remaining commands as being in an append.
func (w *Waiting[C]) Trim() {
	left := w.Commands[:0]
	for _, c := range w.Commands {
		if !c.Answered && !c.Take() {
			w.Settle(c, line.Answer{Err: event.ErrUnavailable}) // Await has already returned this answer to the caller
		}
		if !c.Answered {
			left = append(left, c)
		}
	}
	w.Commands = left
}

// Settle answers a command. If the command already has an answer, Settle does nothing.
func (w *Waiting[C]) Settle(c *line.Command[C], a line.Answer) {
	if c.Answered {
		return
	}
	w.Keys.Release(c.Key)
	w.Lines.Answer(c, a)
}

// Replay looks up the idempotency keys of the commands. If a key has a stored answer, Replay
// answers the command with this answer.
func (w *Waiting[C]) Replay(ctx context.Context) error {
	byKey := make(map[string]*line.Command[C])
	var keys []string
	for _, c := range w.Commands {
		if c.Key != "" && !c.Answered {
			byKey[c.Key] = c
			keys = append(keys, c.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, states.ReadFor)
	defer cancel()
	answers, err := w.Log.Answers(ctx, keys)
	if err != nil {
		return states.InTime(err)
	}
	w.Asked = true
	for key, first := range answers {
		w.Settle(byKey[key], once.Again(first, byKey[key].Fingerprint))
	}
	return nil
}

// Until returns the latest deadline of the group's commands. If one of the commands has no
// deadline, Until returns the zero time.
func (w *Waiting[C]) Until() (until time.Time) {
	for _, c := range w.Commands {
		if c.Until.IsZero() {
			return c.Until
		}
		if c.Until.After(until) {
			until = c.Until
		}
	}
	return until
}

// AppendAll appends the events of the group. Either all appends of the list chain succeed, or none.
// The time limit of the append is the latest deadline of the group's commands. If one of the
// commands has no deadline, the append has no time limit.
func (w *Waiting[C]) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	if until := w.Until(); !until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	appended, err := w.Log.AppendAll(ctx, chain)
	if err != nil && !errors.Is(err, event.ErrUnknownOutcome) {
		w.PutBack()
	}
	return appended, err
}
