package react

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow/instances"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// Repair adds the missing jobs of an instance, which somebody has deleted or cancelled. If the
// instance was cancelled, Repair also has it react to the events that it has missed. Repair reacts
// again to each event of the instance. It leaves out a job if the log has an event of this job, or
// if the queue has the job and the job is not cancelled. It adds the other jobs. In an instance
// that was not cancelled, Repair adds a timer only if the instance still waits for the timer: the
// timer has not fired, and no reaction has cancelled it. Jobs keep their identities: if a job that
// is added again was already done, it appends nothing. Repair returns what each added job does.
func (r *Reactor) Repair(ctx context.Context, id uuid.UUID) (missing []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if _, err := checkpoint.Stop(ctx, tx, CheckpointOf(r.Workflow.Name)); err != nil {
			return err
		}
		known, err := instances.Read(ctx, tx, r.Workflow.Name, []uuid.UUID{id})
		if err != nil {
			return err
		}
		one := known[id]
		if one == nil || one.Ended != (one.ParkedAt != nil) { // it has ended, or is parked and was not cancelled
			return nil
		}
		all, again, err := r.replay(ctx, tx, one)
		if err != nil {
			return err
		}
		if missing, err = r.missing(ctx, tx, all, one, again); err != nil || len(missing) == 0 && !one.Ended {
			return err
		}
		return r.write(ctx, tx, all)
	})
	if err != nil {
		return nil, fmt.Errorf("repair %s, instance %s: %w", r.Workflow.Name, id, err)
	}
	return missing, nil
}

// replay has a copy of an instance react to all of its events, from the first one on.
func (r *Reactor) replay(ctx context.Context, tx pgx.Tx, one *instances.Instance) (*planned, *instances.Instance, error) {
	all := newPlanned()
	again := &instances.Instance{ID: one.ID, Shape: r.Workflow.Shape, Timers: make(map[string]instances.Timer)}
	all.touch(again)
	err := r.eachAt(ctx, tx, one, one.Positions, func(e event.Recorded) error {
		if r.react(all, again, e); again.ParkedAt != nil {
			return fmt.Errorf("it could not react to event %d: %s", e.Position, again.Error)
		}
		return nil
	})
	again.Positions, again.StartedAt, again.UpdatedAt = one.Positions, one.StartedAt, one.UpdatedAt
	return all, again, err
}

// missing marks the jobs in all that are not missing, so that they are not added again. missing
// returns descriptions of the missing jobs.
func (r *Reactor) missing(ctx context.Context, tx pgx.Tx, all *planned, one, again *instances.Instance) (missing []string, err error) {
	queued, err := jobs.Find(ctx, tx, r.Workflow.Name, one.ID)
	if err != nil {
		return nil, err
	}
	done, err := r.done(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	for _, number := range all.wanted() {
		job := &all.added[number]
		cause, what := jobs.Describe(job.params.Args)
		id, isQueued := queued[jobs.Part{Position: cause.Position, Does: cause.Part, Number: cause.Number}]
		_, isSet := one.Timers[job.timer]
		switch {
		case job.timer != "" && isQueued:
			again.Timers[job.timer] = instances.Timer{Job: id, Due: job.params.InsertOpts.ScheduledAt}
		case job.timer != "" && (done[cause.Identity()] || !isSet && !one.Ended): // it has fired, or is not set
			delete(again.Timers, job.timer)
		case !isQueued && !done[cause.Identity()]:
			missing = append(missing, fmt.Sprintf("%s of event %d", what, cause.Position))
			continue
		}
		job.undone = true
	}
	return missing, nil
}

// done returns the identities of those jobs of which the log has an event.
func (r *Reactor) done(ctx context.Context, tx pgx.Tx, all *planned) (map[uuid.UUID]bool, error) {
	sql := `SELECT identity FROM unnest($1::uuid[], $2::uuid[]) AS job (identity, first) WHERE ` + logsql.Has("job.first")
	var identities, firsts []uuid.UUID
	for _, number := range all.wanted() {
		cause, _ := jobs.Describe(all.added[number].params.Args)
		identities, firsts = append(identities, cause.Identity()), append(firsts, event.DeriveID(cause.Identity(), 0))
	}
	rows, err := tx.Query(ctx, sql, identities, firsts)
	if err != nil {
		return nil, fmt.Errorf("look for the events of jobs: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("look for the events of jobs: %w", err)
	}
	done := make(map[uuid.UUID]bool, len(found))
	for _, identity := range found {
		done[identity] = true
	}
	return done, nil
}
