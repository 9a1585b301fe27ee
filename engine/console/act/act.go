package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

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

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
