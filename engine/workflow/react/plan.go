package react

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// planned has what follows from a run of events.
type planned struct {
	touched   []*instances.Instance
	added     []added
	cancelled []int64 // ids of jobs of timers that were set by earlier runs

	before map[*instances.Instance]*before
}

// before is what an instance was before the event at a position: the parts of a split event are
// reacted to all or none.
type before struct {
	position int64
	state    []byte
	ended    bool
	first    int // number of new jobs of all instances
	jobs     int // number of jobs of the instance's reactions to the event so far
}

// remember notes what an instance is before an event.
func (p *planned) remember(one *instances.Instance, position int64) {
	if p.before == nil {
		p.before = make(map[*instances.Instance]*before)
	}
	p.before[one] = &before{position: position, state: one.State, ended: one.Ended, first: len(p.added)}
}

// restore undoes the reactions of an instance to the event that it can't react to wholly.
func (p *planned) restore(one *instances.Instance) {
	was := p.before[one]
	one.State, one.Ended = was.state, was.ended
	for i := was.first; i < len(p.added); i++ {
		if added := &p.added[i]; added.instance == one {
			added.dropped = true
			if one.Timers[added.timer].Job == -int64(i+1) {
				delete(one.Timers, added.timer)
			}
		}
	}
}

// added is a new job.
type added struct {
	params   river.InsertManyParams
	instance *instances.Instance
	timer    string // name of the timer; "": the job is no timer
	dropped  bool   // the timer was cancelled in the same run
}

// add adds the jobs of a reaction. Until a job has an id, the timer's id is the negative number of
// the job: -1, -2, -3 …
func (p *planned) add(one *instances.Instance, plan jobs.Plan) {
	for _, name := range plan.Cancel {
		p.cancelTimer(one, name)
	}
	for i, job := range plan.Jobs {
		p.added = append(p.added, added{params: job, instance: one, timer: plan.Timers[i]})
		if name := plan.Timers[i]; name != "" {
			p.cancelTimer(one, name)
			one.Timers[name] = instances.Timer{Job: -int64(len(p.added)), Due: job.InsertOpts.ScheduledAt}
		}
	}
	if one.Ended {
		for name := range one.Timers {
			p.cancelTimer(one, name)
		}
	}
}

// cancelTimer takes a timer out of its instance, and its job out of the new jobs or out of the
// queue.
func (p *planned) cancelTimer(one *instances.Instance, name string) {
	timer, ok := one.Timers[name]
	if !ok {
		return
	}
	delete(one.Timers, name)
	if timer.Job < 0 {
		p.added[-timer.Job-1].dropped = true
		return
	}
	p.cancelled = append(p.cancelled, timer.Job)
}

// due is an event of an instance.
type due struct {
	instance uuid.UUID
	event    event.Recorded
}

// plan folds a run of events into the states of their instances, and collects the reactions. It
// changes nothing in the database.
func (r *Reactor) plan(ctx context.Context, conn *pgx.Conn, run []event.Recorded) (*planned, error) {
	today, err := r.decode(run)
	if err != nil {
		return nil, err
	}
	correlated, err := r.correlate(today)
	if err != nil || len(correlated) == 0 {
		return &planned{}, err
	}
	var ids []uuid.UUID
	for _, one := range correlated {
		if !slices.Contains(ids, one.instance) {
			ids = append(ids, one.instance)
		}
	}
	known, err := instances.Read(ctx, conn, r.Workflow.Name, ids)
	if err != nil {
		return nil, err
	}
	all := &planned{}
	for _, id := range ids {
		if known[id] == nil {
			known[id] = &instances.Instance{ID: id, Shape: r.Workflow.Shape, Timers: make(map[string]instances.Timer)}
		}
		if err := r.refold(ctx, conn, known[id]); err != nil {
			return nil, err
		}
		all.touched = append(all.touched, known[id])
	}
	for _, one := range correlated {
		r.react(all, known[one.instance], one.event)
	}
	return all, nil
}

// correlate returns the events that belong to instances.
func (r *Reactor) correlate(today []event.Recorded) (correlated []due, err error) {
	for _, e := range today {
		id, ok, err := r.instanceOf(e)
		if err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", e.Position, e.Type, err)
		}
		if ok {
			correlated = append(correlated, due{id, e})
		}
	}
	return correlated, nil
}

// instanceOf calls Correlate. A panic stops the workflow: no instance is known that could be parked.
func (r *Reactor) instanceOf(e event.Recorded) (id uuid.UUID, ok bool, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic in Correlate: %v", reason)
		}
	}()
	id, ok = r.Workflow.Correlate(e)
	if ok && id == uuid.Nil {
		return id, false, fmt.Errorf("Correlate returns an instance without an id")
	}
	return id, ok, nil
}
