package jobs

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Plan has the jobs that follow from a reaction, and the changes of the instance's timers.
type Plan struct {
	Jobs   []river.InsertManyParams
	Timers []string // for each of Jobs, the name of the timer that the job is; "": the job is not a timer
	Cancel []string // timers that are cancelled
}

// Attempts limits how often a job is attempted. The waits between the attempts grow to a minute,
// and add up to three or four minutes. An attempt that fails because the database can't be reached
// does not count.
const Attempts = 10

// Make returns the Plan of a reaction to an event. The parameter parts counts the jobs of earlier
// reactions to the same stored event, by the Part of their Cause; Make adds the jobs of the Plan.
func Make(targets workflow.Targets, name string, instance uuid.UUID, e event.Recorded, parts map[string]int, reaction []workflow.Do) (Plan, error) {
	p := planner{targets: targets, cause: Cause{
		Workflow: name, Instance: instance, Position: e.Position, EventID: e.ID, RecordedAt: e.RecordedAt.UnixMilli(),
		Correlation: e.Metadata.CorrelationID, Traceparent: e.Metadata.Traceparent,
	}, parts: parts, recorded: e.RecordedAt}
	for i, do := range reaction {
		if err := p.add(do); err != nil {
			return Plan{}, fmt.Errorf("part %d of the reaction: %w", i+1, err)
		}
	}
	return p.plan, nil
}

// planner makes a Plan.
type planner struct {
	plan     Plan
	targets  workflow.Targets
	cause    Cause          // cause of each job, without its Part and Number
	parts    map[string]int // number of jobs by Part
	recorded time.Time
}

func (p *planner) add(do workflow.Do) error {
	switch do := do.(type) {
	case workflow.Command:
		return p.command(do)
	case workflow.At:
		return p.timer(do.Name, do.Time)
	case workflow.After:
		return p.timer(do.Name, p.recorded.Add(do.Wait))
	case workflow.Cancel:
		p.plan.Cancel = append(p.plan.Cancel, do.Name)
		return nil
	case workflow.Call:
		return p.call(do)
	}
	return fmt.Errorf("%T is not known", do)
}

func (p *planner) command(do workflow.Command) error {
	stored, err := p.targets.Encode(do.Command)
	if err != nil {
		return err
	}
	stream := do.Stream
	if stream == uuid.Nil {
		stream = p.cause.Instance
	}
	p.insert("", Command{p.of("command " + stored.Name + " " + stream.String()), stream, stored}, river.InsertOpts{})
	return nil
}

func (p *planner) timer(name string, due time.Time) error {
	if err := workflow.CheckName(name); err != nil {
		return fmt.Errorf("set a timer: %w", err)
	}
	due = due.UTC()                                                 // a place may have an offset that JSON can't have
	if exact := due.Truncate(time.Microsecond); exact.Before(due) { // PostgreSQL stores microseconds: round up, so that no timer is early
		due = exact.Add(time.Microsecond)
	}
	if year := due.Year(); year < 1970 || year > 9999 {
		return fmt.Errorf("timer %s is due in the year %d, and 1970 to 9999 are possible", name, year)
	}
	p.plan.Cancel = append(p.plan.Cancel, name) // cancels a timer of this name that was set before
	p.insert(name, Timer{p.of("timer " + name), name, due}, river.InsertOpts{ScheduledAt: due})
	return nil
}

func (p *planner) call(do workflow.Call) error {
	if err := workflow.CheckName(do.Name); err != nil {
		return fmt.Errorf("call: %w", err)
	}
	payload, err := workflow.Encode(do.Payload, workflow.MaxData)
	if err != nil {
		return fmt.Errorf("encode the payload of call %s: %w", do.Name, err)
	}
	p.insert("", Call{p.of("call " + do.Name), do.Name, payload}, river.InsertOpts{})
	return nil
}

// insert adds a job to the plan. All jobs of a workflow are in the queue with its name.
func (p *planner) insert(timer string, args river.JobArgs, opts river.InsertOpts) {
	opts.Queue, opts.MaxAttempts = p.cause.Workflow, Attempts
	p.plan.Jobs = append(p.plan.Jobs, river.InsertManyParams{Args: args, InsertOpts: &opts})
	p.plan.Timers = append(p.plan.Timers, timer)
}

// of returns the Cause of the next job that does the given part.
func (p *planner) of(part string) Cause {
	cause := p.cause
	cause.Part, cause.Number = part, p.parts[part]
	p.parts[part]++
	return cause
}
