package history

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/console/difference"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/snapshots"
)

// mostFolded limits the events before a page that Read reads for the states of the page.
const mostFolded = 10_000

// aggregate returns the aggregate of a type of stream, or nil.
func (r *Reader) aggregate(streamType string) snapshots.Aggregate {
	for _, one := range r.Aggregates {
		if one.StreamType() == streamType {
			return one
		}
	}
	return nil
}

// states computes the state after each step, and what the step has changed. If that is not
// possible, states says why.
func (r *Reader) states(ctx context.Context, steps []Step, all bool) (why string, tooLong bool) {
	first := steps[0].Event
	of := r.aggregate(first.StreamType)
	switch {
	case of == nil:
		return fmt.Sprintf("This program has no aggregate for streams of the type %q.", first.StreamType), false
	case first.Version > mostFolded && !all:
		return fmt.Sprintf("The state at this page needs the %d events before it.", first.Version-1), true
	}
	if err := r.fold(ctx, of, steps); err != nil {
		return fmt.Sprintf("The state can't be computed: %v.", err), false
	}
	return "", false
}

// fold computes the states of the steps from the start of the stream.
func (r *Reader) fold(ctx context.Context, of snapshots.Aggregate, steps []Step) (err error) {
	defer func() { // Evolve is a function of the service
		if reason := recover(); reason != nil {
			err = fmt.Errorf("the function Evolve panicked: %v", reason)
		}
	}()
	add, encode, err := of.Begin(nil)
	if err != nil {
		return err
	}
	first := steps[0].Event
	if first.Version > 1 {
		err := r.Log.LoadTo(ctx, first.StreamType, first.StreamID, 0, first.Version-1, func(e event.Recorded) error {
			add(e)
			return nil
		})
		if err != nil {
			return err
		}
	}
	before, err := encode()
	if before == nil {
		return err
	}
	for i := range steps {
		e := steps[i].Event
		if e.Event, err = r.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return err
		}
		add(e)
		after, err := encode()
		if after == nil {
			return errors.Join(err, errors.New("it has no JSON"))
		}
		if err != nil {
			steps[i].Note = "The state has more than its JSON shows: " + err.Error() + "."
		}
		steps[i].State, steps[i].Changes = difference.Show(after), difference.Between(before, after)
		before = after
	}
	return nil
}
