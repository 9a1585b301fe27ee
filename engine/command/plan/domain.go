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

// Domain decides the commands of one kind of stream.
type Domain[S, C any] struct {
	StreamType string
	Keep       time.Duration // how long answers are kept under their idempotency keys
	Evolve     func(S, event.Event) S

	decide   func(S, C) ([]event.Event, error)
	flat     bool // a copy of a state shares nothing with the state
	personal bool // a state may hold personal data
}

// New returns a Domain of a pure Decide and a pure Evolve.
func New[S, C any](streamType string, keep time.Duration, decide func(S, C) ([]event.Event, error), evolve func(S, event.Event) S) *Domain[S, C] {
	return &Domain[S, C]{
		StreamType: streamType, Keep: keep, Evolve: evolve, decide: decide,
		flat:     detach.IsFlat(reflect.TypeFor[S]()),
		personal: mayHold(reflect.TypeFor[S](), reflect.TypeFor[event.Personal](), make(map[reflect.Type]bool)),
	}
}

// Decide calls the domain's Decide, and detaches the events from the state and the command, parts
// of which they may hold. A panic is the error of that command alone. If the domain refuses a
// command, the precondition does not matter (RFC 9110, 13.2.1): an answer that depended on both
// would disclose the version of a stream that is not the caller's.
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

// newAppend returns the append of a command's decided events, on a state of the plan.
func (d *Domain[S, C]) newAppend(from event.Appended, at states.State[S], decided []event.Event, c *line.Command[C]) event.Append {
	a := event.Append{
		Streams:  []event.StreamAppend{{Type: d.StreamType, ID: from.StreamID, Expected: at.Version, Last: at.Last, Events: decided}},
		Metadata: c.Metadata,
	}
	if c.Key != "" {
		a.Once = &event.Once{Key: c.Key, Fingerprint: c.Fingerprint, Keep: d.Keep, Position: from.Position}
	}
	return a
}
