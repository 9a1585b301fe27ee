package react

import (
	"fmt"
	"maps"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// react folds one event into the state of its instance, and collects the reaction. If the workflow
// can't react to the event, react parks the instance. Then this event and the later events of the
// instance wait.
func (r *Reactor) react(all *planned, one *instances.Instance, e event.Recorded) {
	if all.before[one] == nil || all.before[one].position != e.Position {
		if count := len(one.Positions); count > 0 && one.Positions[count-1] >= e.Position {
			return // somebody has set the checkpoint back: the instance has already reacted to this event
		}
		all.remember(one, e.Position)
		one.Positions = append(one.Positions, e.Position) // once for all parts of a split event
	}
	if one.UpdatedAt = e.RecordedAt; one.StartedAt.IsZero() {
		one.StartedAt = e.RecordedAt
	}
	if one.ParkedAt != nil {
		return
	}
	before := all.before[one]
	state, ended, plan, err := []byte(nil), false, jobs.Plan{}, all.unable[one]
	if err == nil {
		state, ended, plan, err = r.reactTo(one, e, before.parts)
	}
	if err != nil {
		all.restore(one)
		one.ParkedAt, one.Error = &e.Position, batch.Storable(err)
		r.Logger.Error("an instance of a workflow is parked: it could not react to an event", "workflow", r.Workflow.Name, "instance", one.ID, "position", e.Position, "error", err)
		return
	}
	one.State, one.Ended = state, ended
	all.add(one, plan)
}

// reactTo returns the state of an instance after an event, and the jobs of the reaction.
func (r *Reactor) reactTo(one *instances.Instance, e event.Recorded, parts map[string]int) (state []byte, ended bool, plan jobs.Plan, err error) {
	if len(one.Positions) > workflow.MaxEvents {
		return nil, false, plan, fmt.Errorf("the instance has more than %d events, which is the limit", workflow.MaxEvents)
	}
	if state, ended, err = r.Workflow.Fold(one.State, e); err != nil {
		return nil, false, plan, err
	}
	reaction, err := r.Workflow.React(state, e)
	if err != nil {
		return nil, false, plan, err
	}
	if plan, err = jobs.Make(r.Targets, r.Workflow.Name, one.ID, e, parts, reaction); err != nil {
		return nil, false, plan, err
	}
	if timers := timersAfter(one, plan); timers > workflow.MaxTimers {
		return nil, false, plan, fmt.Errorf("the instance would have %d timers, and at most %d are possible", timers, workflow.MaxTimers)
	}
	return state, ended, plan, nil
}

// timersAfter returns the number of timers that an instance would have after a reaction.
func timersAfter(one *instances.Instance, plan jobs.Plan) int {
	after := maps.Clone(one.Timers)
	for _, name := range plan.Cancel {
		delete(after, name)
	}
	for _, name := range plan.Timers {
		if name != "" {
			after[name] = instances.Timer{}
		}
	}
	return len(after)
}
