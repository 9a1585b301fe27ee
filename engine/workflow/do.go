package workflow

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Do is one part of a reaction: a Command, an At, an After, a Cancel or a Call.
type Do interface{ isDo() }

type (
	// Command sends a command to a stream. If the command is refused, Tell is called with Refused.
	Command struct {
		Stream  uuid.UUID // uuid.Nil: the stream of the instance
		Command any       // a command that a Target lists
	}

	// At sets a timer. At the given time, and not earlier, Tell is called with Fired. A timer with
	// the same name that the instance has set before is cancelled.
	At struct {
		Name string
		Time time.Time
	}

	// After sets a timer that is due when the given time has passed since the event was recorded.
	After struct {
		Name string
		Wait time.Duration
	}

	// Cancel cancels a timer of the instance. A timer that fires at the same moment may still fire. If
	// the same reaction also sets timers of this name, the last of these new timers is set.
	Cancel struct{ Name string }

	// Call calls something outside of the service, such as an HTTP service or a mail server. A call
	// may be executed more than once, each time with the same key. The called system must use this key
	// to do the work of the call only once. Tell is called with Answered, or with GaveUp after too
	// many failures.
	Call struct {
		Name    string // name of a Caller
		Payload any    // encoded as JSON
	}
)

func (Command) isDo() {}
func (At) isDo()      {}
func (After) isDo()   {}
func (Cancel) isDo()  {}
func (Call) isDo()    {}

// Outcome is the result of a part of a reaction: Refused, Fired, Answered or GaveUp. An accepted
// command has no Outcome: the workflow learns of the acceptance from the command's events.
type Outcome interface{ isOutcome() }

type (
	// Refused says that a command was refused, and had no effect.
	Refused struct {
		Command   any             // the command
		Rejection event.Rejection // Code is "not_found" if the stream does not exist
	}

	// Fired says that a timer, or a time of a schedule, is due.
	Fired struct {
		Name string
		Due  time.Time
	}

	// Answered has the answer of a call.
	Answered struct {
		Name   string
		Answer json.RawMessage
	}

	// GaveUp says that a call was given up after too many failures. The call may have taken effect.
	GaveUp struct {
		Name  string
		Error string // error of the last attempt
	}
)

func (Refused) isOutcome()  {}
func (Fired) isOutcome()    {}
func (Answered) isOutcome() {}
func (GaveUp) isOutcome()   {}
