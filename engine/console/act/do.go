package act

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// prepare finds the object of an act.
func (a *Acts) prepare(ctx context.Context, order Order) (prepared, error) {
	switch order.Do {
	case "retry-stream":
		return a.retryStream(ctx, order)
	case "discard-stream":
		return a.discardStream(ctx, order)
	case "redrive":
		return a.redrive(ctx, order)
	case "drop":
		return a.drop(ctx, order)
	case "retry-instance":
		return a.retryInstance(ctx, order)
	case "cancel-instance":
		return a.cancelInstance(ctx, order)
	}
	return prepared{}, ErrUnknown
}

// Plan says what an act will do. It changes nothing.
func (a *Acts) Plan(ctx context.Context, order Order) (Plan, error) {
	act, err := a.prepare(ctx, order)
	return act.plan, err
}

// Do does an act, and returns its number in the list of acts. The order must have the field Seen of
// the plan. An act that was begun and failed has a number, too, and no error: its outcome says why.
func (a *Acts) Do(ctx context.Context, order Order) (number int, err error) {
	act, err := a.prepare(ctx, order)
	if err != nil {
		return 0, err
	}
	order.Note = strings.TrimSpace(order.Note)
	length := utf8.RuneCountInString(order.Note)
	switch {
	case order.Seen != act.plan.Seen:
		return 0, ErrChanged
	case length > mostNote, act.plan.Note && length == 0, !utf8.ValidString(order.Note), strings.ContainsRune(order.Note, 0):
		return 0, ErrNote
	}
	outcome, err := act.do(ctx, order)
	done := Done{At: time.Now(), Operator: order.Operator, Did: act.plan.Title, On: act.plan.On, Note: order.Note, Outcome: outcome, Failed: err != nil}
	line := a.Logger.With("act", order.Do, "on", act.plan.On, "by", order.Operator, "note", order.Note)
	if err != nil {
		done.Outcome = strings.TrimSpace(outcome + " " + firstLine(err.Error()))
		line.ErrorContext(ctx, "act of an operator failed", "error", err)
	} else {
		line.WarnContext(ctx, "act of an operator", "outcome", outcome)
	}
	return a.journal.add(done), nil
}

// Last returns the last acts of this process, the newest first.
func (a *Acts) Last() []Done { return a.journal.newest() }
