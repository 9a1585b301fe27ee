package react

import (
	"maps"
	"slices"

	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// planned has the changes of instances, and the new jobs, that follow from a run of events.
type planned struct {
	touched []*instances.Instance
	added   []added

	stored map[*instances.Instance]map[string]instances.Timer // timers of the touched instances, as the database has them
	before map[*instances.Instance]*before
	unable map[*instances.Instance]error // instances whose states can't be folded again, or whose data can't be stored
}

func newPlanned() *planned {
	return &planned{
		stored: make(map[*instances.Instance]map[string]instances.Timer), before: make(map[*instances.Instance]*before),
		unable: make(map[*instances.Instance]error),
	}
}

// touch adds an instance that has events in the run.
func (p *planned) touch(one *instances.Instance) {
	p.touched = append(p.touched, one)
	p.stored[one] = maps.Clone(one.Timers)
}

// added is a new job.
type added struct {
	params   river.InsertManyParams
	instance *instances.Instance
	timer    string // name of the timer; "": the job is not a timer
	undone   bool   // the instance was parked at the event of the reaction
}

// before is the state and the timers of an instance before the event at a position. If the instance
// can't react to one part of a split event, its reactions to the earlier parts are undone with this
// copy.
type before struct {
	position int64
	state    []byte
	ended    bool
	timers   map[string]instances.Timer
	first    int            // number of new jobs of all instances before the event
	parts    map[string]int // number of jobs of the instance's reactions to the event so far, by what they do
}

// remember copies the state and the timers of an instance before its reaction to an event.
func (p *planned) remember(one *instances.Instance, position int64) {
	p.before[one] = &before{position: position, state: one.State, ended: one.Ended, timers: maps.Clone(one.Timers), first: len(p.added), parts: make(map[string]int)}
}

// restore undoes all reactions of an instance to an event, because the instance can't react to
// every part of this event.
func (p *planned) restore(one *instances.Instance) {
	was := p.before[one]
	one.State, one.Ended, one.Timers = was.state, was.ended, was.timers
	for i := was.first; i < len(p.added); i++ {
		if p.added[i].instance == one {
			p.added[i].undone = true
		}
	}
}

// add adds the jobs of a reaction. Until the database has given an id to the job of a timer, the
// timer has the negative number of the job instead: -1, -2, -3 …
func (p *planned) add(one *instances.Instance, plan jobs.Plan) {
	for _, name := range plan.Cancel {
		delete(one.Timers, name)
	}
	for i, job := range plan.Jobs {
		p.added = append(p.added, added{params: job, instance: one, timer: plan.Timers[i]})
		if name := plan.Timers[i]; name != "" {
			one.Timers[name] = instances.Timer{Job: -int64(len(p.added)), Due: job.InsertOpts.ScheduledAt}
		}
	}
	if one.Ended {
		clear(one.Timers)
	}
}

// only returns the part of p that concerns one instance.
func (p *planned) only(one *instances.Instance) *planned {
	part := &planned{
		touched: []*instances.Instance{one}, added: slices.Clone(p.added),
		stored: map[*instances.Instance]map[string]instances.Timer{one: p.stored[one]},
	}
	for i := range part.added {
		part.added[i].undone = part.added[i].undone || part.added[i].instance != one
	}
	return part
}

// wanted returns the indexes of the new jobs that must be added to the queue. wanted leaves out
// timers that the same run of events has cancelled or replaced, and jobs of reactions that were
// undone.
func (p *planned) wanted() (numbers []int) {
	for i, job := range p.added {
		if !job.undone && (job.timer == "" || job.instance.Timers[job.timer].Job == -int64(i+1)) {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// cancelled returns the ids of the jobs of timers that an earlier run of events has set, and that
// this run has cancelled or replaced.
func (p *planned) cancelled() (ids []int64) {
	for one, timers := range p.stored {
		for name, timer := range timers {
			if one.Timers[name].Job != timer.Job {
				ids = append(ids, timer.Job)
			}
		}
	}
	slices.Sort(ids) // all transactions lock jobs in one order
	return ids
}
