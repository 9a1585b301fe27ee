package boundary

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// decision is a command that is being decided.
type decision[S, C any] struct {
	store    Store
	boundary *Boundary[S, C]
	keep     time.Duration
	body     C
	request  Request
	items    []event.Item
}

// attempt reads the boundary, decides the command once, and appends its events. If no event has to
// be appended and the command has no key, attempt appends nothing. The answer then depends only on
// events that were read from the log, and these events are durable.
func (d *decision[S, C]) attempt(ctx context.Context) line.Answer {
	state, condition, err := d.read(ctx)
	if err != nil {
		return line.Answer{Err: err}
	}
	decided, err := d.decide(state)
	if err != nil {
		return line.Answer{Err: err}
	}
	streamType, id := d.boundary.Stream(d.body)
	if len(decided) == 0 && d.request.Key == "" {
		return line.Answer{StreamID: id, Position: condition.After}
	}
	a := event.Append{
		Streams:   []event.StreamAppend{{Type: streamType, ID: id, Expected: event.AnyVersion, Events: decided}},
		Metadata:  d.request.Metadata,
		Identity:  d.request.Identity,
		Condition: &condition,
	}
	if d.request.Key != "" {
		a.Once = &event.Once{Key: d.request.Key, Fingerprint: d.request.Fingerprint, Keep: d.keep, Position: condition.After}
	}
	appended, err := d.store.AppendAll(ctx, []event.Append{a})
	if err != nil {
		return line.Answer{Err: err}
	}
	return line.Answer{StreamID: id, Version: appended[0].Version, Position: appended[0].Position}
}

// read returns the state of the boundary, and a condition for the append. The condition refuses the
// append if an event of the boundary was appended after the read.
func (d *decision[S, C]) read(ctx context.Context) (state S, condition event.Condition, err error) {
	ctx, cancel := context.WithTimeout(ctx, states.ReadFor)
	defer cancel()
	defer recovered("evolve", &err)
	condition, err = d.store.Matching(ctx, d.items, 0, func(e event.Recorded) error {
		state = fold.After(d.boundary.Evolve, state, e)
		return nil
	})
	if err != nil {
		return state, condition, fmt.Errorf("read boundary: %w", states.InTime(err))
	}
	return state, condition, nil
}

// decide calls the domain's function Decide. If Decide panics, decide returns the panic as an
// error.
func (d *decision[S, C]) decide(state S) (decided []event.Event, err error) {
	defer recovered("decide", &err)
	return d.boundary.Decide(state, d.body)
}

// recovered turns a panic of a domain's function into an error.
func recovered(what string, err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("panic in %s: %v\n%s", what, reason, debug.Stack())
	}
}
