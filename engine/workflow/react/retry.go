package react

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow/instances"
)

// ErrNotParked means that an instance is not parked, or that there is no such instance.
var ErrNotParked = errors.New("instance is not parked")

// Retry makes a parked instance react to the events that it has missed. If the instance still can't
// react to one of these events, the instance stays parked at this event, and Retry returns the
// error. Retry may be called while another process runs the workflow. This other process waits
// until Retry has ended, and then reads the instance again.
func (r *Reactor) Retry(ctx context.Context, id uuid.UUID) error {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	var why string
	err := pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if _, err := checkpoint.Stop(ctx, tx, CheckpointOf(r.Workflow.Name)); err != nil {
			return err
		}
		known, err := instances.Read(ctx, tx, r.Workflow.Name, []uuid.UUID{id})
		if err != nil {
			return err
		}
		one := known[id]
		if one == nil || one.ParkedAt == nil {
			return fmt.Errorf("%s, instance %s: %w", r.Workflow.Name, id, ErrNotParked)
		}
		all := newPlanned()
		all.touch(one)
		if err := r.again(ctx, tx, all, one); err != nil {
			return err
		}
		why = one.Error
		return r.write(ctx, tx, all)
	})
	if isOfData(err) {
		return fmt.Errorf("%s, instance %s is still parked: %w", r.Workflow.Name, id, describe(err))
	}
	if err == nil && why != "" {
		err = fmt.Errorf("%s, instance %s is still parked: %s", r.Workflow.Name, id, why)
	}
	return err
}

// again makes an instance react to the event at which it was parked, and to all its later events.
func (r *Reactor) again(ctx context.Context, tx pgx.Tx, all *planned, one *instances.Instance) error {
	err := r.refold(ctx, tx, one)
	if broken, ok := errors.AsType[unfoldable](err); ok {
		one.Error = batch.Storable(broken)
		return nil
	}
	if err != nil {
		return err
	}
	from, _ := slices.BinarySearch(one.Positions, *one.ParkedAt)
	missed := slices.Clone(one.Positions[from:])
	one.Positions, one.ParkedAt, one.Error = slices.Clip(one.Positions[:from]), nil, ""
	return r.eachAt(ctx, tx, one, missed, func(e event.Recorded) error {
		r.react(all, one, e)
		return nil
	})
}
