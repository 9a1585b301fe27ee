package react

import (
	"context"
	"fmt"
	"slices"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// refold computes the state of an instance again from its events, if the state was stored by a
// program with another shape of it.
func (r *Reactor) refold(ctx context.Context, on eventlog.Querier, one *instances.Instance) error {
	if one.Shape == r.Workflow.Shape || len(one.Positions) == 0 {
		one.Shape = r.Workflow.Shape
		return nil
	}
	var state []byte
	for positions := one.Positions; len(positions) > 0; {
		run, err := r.Log.AtOn(ctx, on, positions)
		if err != nil {
			return err
		}
		if len(run) == 0 {
			return fmt.Errorf("instance %s: the log has no event at position %d", one.ID, positions[0])
		}
		today, err := r.decode(run)
		if err != nil {
			return err
		}
		for _, e := range today {
			id, ok, err := r.instanceOf(e)
			if err != nil || !ok || id != one.ID || one.ParkedAt != nil && e.Position >= *one.ParkedAt {
				continue
			}
			if state, _, err = r.Workflow.Fold(state, e); err != nil {
				park(one, e, err)
				break
			}
		}
		last := run[len(run)-1].Position
		positions = positions[slices.Index(positions, last)+1:]
	}
	one.State, one.Shape = state, r.Workflow.Shape
	return nil
}

// react folds one event into the state of its instance, and collects the reaction. If the workflow
// can't react, the instance is parked: the event and the later ones wait.
func (r *Reactor) react(all *planned, one *instances.Instance, e event.Recorded) {
	if all.before[one] == nil || all.before[one].position != e.Position {
		if count := len(one.Positions); count > 0 && one.Positions[count-1] >= e.Position {
			return // somebody has set the checkpoint back: the instance has reacted already
		}
		all.remember(one, e.Position)
	}
	one.Positions = appendOnce(one.Positions, e.Position)
	if one.UpdatedAt = e.RecordedAt; one.StartedAt.IsZero() {
		one.StartedAt = e.RecordedAt
	}
	if one.ParkedAt != nil {
		return
	}
	before := all.before[one]
	state, ended, plan, err := r.reactTo(one, e, before.jobs)
	if err != nil {
		all.restore(one)
		park(one, e, err)
		r.Logger.Error("an instance of a workflow is parked: it could not react to an event", "workflow", r.Workflow.Name, "instance", one.ID, "position", e.Position, "error", err)
		return
	}
	one.State, one.Ended = state, ended
	before.jobs += len(plan.Jobs)
	all.add(one, plan)
}

// reactTo returns the state of an instance after an event, and the jobs of the reaction.
func (r *Reactor) reactTo(one *instances.Instance, e event.Recorded, first int) (state []byte, ended bool, plan jobs.Plan, err error) {
	if len(one.Positions) > workflow.MaxEvents {
		return nil, false, plan, fmt.Errorf("the instance has more than %d events", workflow.MaxEvents)
	}
	if state, ended, err = r.Workflow.Fold(one.State, e); err != nil {
		return nil, false, plan, err
	}
	reaction, err := r.Workflow.React(state, e)
	if err != nil {
		return nil, false, plan, err
	}
	if plan, err = jobs.Make(r.Targets, r.Workflow.Name, one.ID, e, first, reaction); err != nil {
		return nil, false, plan, err
	}
	timers := len(one.Timers)
	for _, name := range plan.Timers {
		if name != "" {
			timers++
		}
	}
	if timers -= len(plan.Cancel); timers > workflow.MaxTimers {
		return nil, false, plan, fmt.Errorf("the instance would have more than %d timers", workflow.MaxTimers)
	}
	return state, ended, plan, nil
}

// park notes that an instance can't react to an event.
func park(one *instances.Instance, e event.Recorded, why error) {
	one.ParkedAt, one.Error = &e.Position, batch.Storable(why)
}

// appendOnce appends a position, if it is not the last one: the parts of a split event have the same
// position.
func appendOnce(positions []int64, position int64) []int64 {
	if len(positions) > 0 && positions[len(positions)-1] == position {
		return positions
	}
	return append(positions, position)
}

// decode decodes the events of a run. An event that this program does not know stops the workflow: a
// newer version of the program has written the event, and reacts to it.
func (r *Reactor) decode(run []event.Recorded) (today []event.Recorded, err error) {
	for _, e := range run {
		if e.Event, err = r.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", e.Position, e.Type, err)
		}
		if _, dropped := e.Event.(event.Dropped); dropped {
			continue
		}
		today = append(today, e.Parts()...)
	}
	return today, nil
}
