package plan

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"time"

	"example.com/pgcqrs/engine/command/detach"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Domain has the functions that decide the commands of one kind of stream.
type Domain[S, C any] struct {
	StreamType string
	Keep       time.Duration // how long the answers to idempotency keys are stored
	Evolve     func(S, event.Event) S

	decide   func(S, C) ([]event.Event, error)
	flat     bool // whether a copy of a state shares no memory with the state
	personal bool // whether a state may contain personal data
}

// New returns a Domain with the given functions Decide and Evolve, which must be pure functions.
func New[S, C any](streamType string, keep time.Duration, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Domain[S, C] {
	return &Domain[S, C]{
		StreamType: streamType, Keep: keep, Evolve: evolve, decide: decide,
		flat:     detach.IsFlat(reflect.TypeFor[S]()),
		personal: mayHold(reflect.TypeFor[S](), reflect.TypeFor[event.Personal](), make(map[reflect.Type]bool)),
	}
}

// Decide calls the Decide function of the domain, and copies the events that it returns. The events
// may share lists with the state or with the command. If the domain's function panics, Decide
// returns the panic as the error of this command. The client may name the stream versions that it
// accepts, as a precondition. Decide checks the precondition only if the domain accepts the command
// (RFC 9110, 13.2.1). If Decide checked the precondition for each command, the answer could
// disclose the version of a stream that the caller may not read.
func (d *Domain[S, C]) Decide(at states.State[S], c *line.Command[C]) (decided []event.Event, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			decided, err = nil, fmt.Errorf("panic in decide: %v\n%s", reason, debug.Stack())
		}
	}()
	decided, err = d.decide(at.Value, c.Body)
	if err == nil && !c.IfMatch.Holds(at.Version) {
		err = event.ErrPreconditionFailed
	}
	if err != nil {
		return nil, err
	}
	return detach.All(decided), nil
}

// newAppend returns an append with the events of a command. The parameter at is the state on which
// the command was decided.
func (d *Domain[S, C]) newAppend(from event.Appended, at states.State[S], decided []event.Event, c *line.Command[C]) event.Append {
	a := event.Append{
		Streams:  []event.StreamAppend{{Type: d.StreamType, ID: from.StreamID, Expected: at.Version, Last: at.Last, Events: decided}},
		Metadata: c.Metadata, Identity: c.Identity,
	}
	if c.Key != "" {
		a.Once = &event.Once{Key: c.Key, Fingerprint: c.Fingerprint, Keep: d.Keep, Position: from.Position}
	}
	return a
}
