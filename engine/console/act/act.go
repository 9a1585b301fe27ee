package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/workflow/control"
)

// Order is an act that an operator asks for.
type Order struct {
	Do         string // name of the act
	Projection string // of a parked stream
	ID         string // id of a stream or of an instance
	Seen       string // what Plan has returned as Seen
	Note       string
	Operator   string
}

// Plan says what an act will do.
type Plan struct {
	Title string   // what the act is, such as "Retry a parked stream"
	On    string   // the object of the act
	Now   []Fact   // the state of the object
	Will  []string // sentences about what happens
	Note  bool     // the act needs a note
	Final bool     // the act gives something up
	Seen  string   // identifies the state of the object
	Like  string   // the subcommand that does the same
}

// Fact is one line about the object of an act.
type Fact struct{ Name, Value string }

var (
	// ErrUnknown means that there is no such act, or that the order does not name its object.
	ErrUnknown = errors.New("there is no such act")
	// ErrGone means that the object waits for no act any more.
	ErrGone = errors.New("it does not wait any more: somebody else has done it, or it went on by itself")
	// ErrChanged means that the object is in another state than the operator was shown.
	ErrChanged = errors.New("it has changed since the page was shown: look at it again")
	// ErrNote means that the note is missing or too long.
	ErrNote = fmt.Errorf("the act needs a note of 1 to %d characters, for a later reader", mostNote)
)

// mostNote limits the characters of a note.
const mostNote = 500

// Acts plans and does acts.
type Acts struct {
	Projections *projection.Set
	Dead        *dead.Messages
	Workflows   *control.Control
	Logger      *slog.Logger

	journal journal
}

// prepared is an act whose object was found.
type prepared struct {
	plan Plan
	do   func(ctx context.Context, order Order) (outcome string, err error)
}

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

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
