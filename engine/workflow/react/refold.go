package react

import (
	"context"
	"fmt"
	"slices"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/workflow/instances"
)

// unfoldable is an error of an instance whose state was stored in another shape: this program can't
// fold the state again from the events. Another version of the program may be able to fold it.
type unfoldable struct{ error }

func (u unfoldable) Unwrap() error { return u.error }

// refold computes the state of an instance again from its events if a program with another Shape of
// the workflow has stored the state. If an event can't be folded, for example because Evolve
// panics, refold returns an error of type unfoldable, and does not change the instance.
func (r *Reactor) refold(ctx context.Context, on eventlog.Querier, one *instances.Instance) error {
	if one.Shape == r.Workflow.Shape {
		return nil
	}
	positions := one.Positions // events to which the instance has reacted: all, or those before the event at which it is parked
	if one.ParkedAt != nil {
		count, _ := slices.BinarySearch(positions, *one.ParkedAt)
		positions = positions[:count]
	}
	var state []byte
	err := r.eachAt(ctx, on, one, positions, func(e event.Recorded) (err error) {
		if state, _, err = r.Workflow.Fold(state, e); err != nil {
			return unfoldable{fmt.Errorf("fold event %d again, for shape %d: %w", e.Position, r.Workflow.Shape, err)}
		}
		return nil
	})
	if err == nil {
		one.State, one.Shape = state, r.Workflow.Shape
	}
	return err
}

// eachAt calls a function for each event of an instance at the given positions, in order.
func (r *Reactor) eachAt(ctx context.Context, on eventlog.Querier, one *instances.Instance, positions []int64, do func(e event.Recorded) error) error {
	for len(positions) > 0 {
		run, err := r.Log.AtOn(ctx, on, positions)
		if err != nil {
			return err
		}
		if len(run) == 0 || run[len(run)-1].Position != positions[len(run)-1] {
			return fmt.Errorf("instance %s: the log lacks events from position %d on", one.ID, positions[0])
		}
		today, err := r.decode(run)
		if err != nil {
			return err
		}
		for _, e := range today {
			id, ok, err := r.instanceOf(e)
			if err == nil && ok && id == one.ID {
				err = do(e)
			}
			if err != nil {
				return err
			}
		}
		positions = positions[len(run):]
	}
	return nil
}
