package react

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/workflow/instances"
)

// Reaction describes what a workflow would do after one event of an instance.
type Reaction struct {
	Position int64
	Type     string // type of the event
	Instance uuid.UUID
	Jobs     []river.JobArgs // each is a jobs.Command, a jobs.Timer or a jobs.Call
	Cancel   []string        // timers that would be cancelled
	Ended    bool            // whether the instance would have ended
	Error    string          // why the instance would be parked; "": it would not be parked
}

// DryRun reads the log from a position on. For every event to which the workflow would react,
// DryRun calls the function each. DryRun ignores the stored instances: it computes all instances as
// if the workflow had been started at this position. DryRun changes nothing in the database. DryRun
// keeps the states of all instances in memory. DryRun returns the position of the last event that
// it has read.
func (r *Reactor) DryRun(ctx context.Context, from int64, each func(Reaction) error) (last int64, err error) {
	conn, err := r.Pool.Acquire(ctx)
	if err != nil {
		return 0, fmt.Errorf("connect: %w", err)
	}
	defer conn.Release()
	var head int64
	if err := conn.QueryRow(ctx, `SELECT `+logsql.Head).Scan(&head); err != nil {
		return 0, fmt.Errorf("read the end of the log: %w", err)
	}
	if from-1 > head {
		return 0, fmt.Errorf("position %d is beyond the end of the log", from)
	}
	last = max(from-1, 0)
	for dry := make(map[uuid.UUID]*instances.Instance); ; {
		run, err := r.next(ctx, conn.Conn(), last)
		if err != nil || len(run) == 0 {
			return last, err
		}
		today, err := r.decode(run)
		if err != nil {
			return last, err
		}
		correlated, err := r.correlate(today)
		if err != nil {
			return last, err
		}
		for _, one := range correlated {
			reaction, parked := r.rehearse(dry, one)
			if parked {
				continue
			}
			if err := each(reaction); err != nil {
				return last, err
			}
		}
		last = run[len(run)-1].Position
	}
}

// next reads the events after a position.
func (r *Reactor) next(ctx context.Context, conn *pgx.Conn, position int64) ([]event.Recorded, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	return batch.Next(ctx, r.Log, conn, position, r.MaxBatch)
}

// rehearse computes the reaction of an instance to an event, and changes the instance only in
// memory. If the instance could not react to an earlier event, it does not react to later ones, and
// the result parked is true.
func (r *Reactor) rehearse(dry map[uuid.UUID]*instances.Instance, d due) (reaction Reaction, parked bool) {
	one := dry[d.instance]
	if one == nil {
		one = &instances.Instance{ID: d.instance, Timers: make(map[string]instances.Timer)}
		dry[d.instance] = one
	}
	if one.ParkedAt != nil {
		return Reaction{}, true
	}
	reaction = Reaction{Position: d.event.Position, Type: d.event.Type, Instance: d.instance}
	if d.event.Part == 0 {
		one.Positions = append(one.Positions, d.event.Position)
	}
	state, ended, plan, err := r.reactTo(one, d.event, make(map[string]int))
	if err != nil {
		one.ParkedAt, one.Error = &d.event.Position, batch.Storable(err)
		reaction.Error = one.Error
		return reaction, false
	}
	one.State, one.Ended, reaction.Ended = state, ended, ended
	for _, name := range plan.Cancel {
		if _, set := one.Timers[name]; set && !slices.Contains(plan.Timers, name) {
			reaction.Cancel = append(reaction.Cancel, name)
		}
		delete(one.Timers, name)
	}
	for i, job := range plan.Jobs {
		reaction.Jobs = append(reaction.Jobs, job.Args)
		if name := plan.Timers[i]; name != "" {
			one.Timers[name] = instances.Timer{Due: job.InsertOpts.ScheduledAt}
		}
	}
	if ended {
		for name := range one.Timers {
			reaction.Cancel = append(reaction.Cancel, name)
		}
		slices.Sort(reaction.Cancel)
		clear(one.Timers)
	}
	return reaction, false
}
