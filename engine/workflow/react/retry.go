package react

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/workflow/instances"
)

// ErrNotParked means that an instance is not parked, or that there is no such instance.
var ErrNotParked = errors.New("instance is not parked")

// Retry has a parked instance react to the events that it has missed. If it still can't react to
// one of them, it stays parked there, and Retry returns the error. Retry may run while another
// process runs the workflow; that process waits meanwhile.
func (r *Reactor) Retry(ctx context.Context, id uuid.UUID) error {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	var why string
	err := pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if _, err := checkpoint.Hold(ctx, tx, CheckpointOf(r.Workflow.Name)); err != nil {
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
		if err := r.refold(ctx, tx, one); err != nil {
			return err
		}
		all := &planned{touched: []*instances.Instance{one}}
		if err := r.again(ctx, tx, all, one); err != nil {
			return err
		}
		why = one.Error
		if err := r.insert(ctx, tx, all); err != nil {
			return err
		}
		if err := r.cancel(ctx, tx, all.cancelled); err != nil {
			return err
		}
		return instances.Save(ctx, tx, r.Workflow.Name, all.touched)
	})
	if err == nil && why != "" {
		err = fmt.Errorf("%s, instance %s is still parked: %s", r.Workflow.Name, id, why)
	}
	return err
}

// again has an instance react to the events from the one on at which it was parked.
func (r *Reactor) again(ctx context.Context, tx pgx.Tx, all *planned, one *instances.Instance) error {
	from, _ := slices.BinarySearch(one.Positions, *one.ParkedAt)
	missed := slices.Clone(one.Positions[from:])
	one.Positions, one.ParkedAt, one.Error = slices.Clip(one.Positions[:from]), nil, ""
	for len(missed) > 0 {
		run, err := r.Log.AtOn(ctx, tx, missed)
		if err != nil {
			return err
		}
		if len(run) == 0 {
			return fmt.Errorf("the log has no event at position %d", missed[0])
		}
		today, err := r.decode(run)
		if err != nil {
			return err
		}
		for _, e := range today {
			if err := r.reactIfOf(all, one, e); err != nil {
				return err
			}
		}
		missed = missed[slices.Index(missed, run[len(run)-1].Position)+1:]
	}
	return nil
}

// reactIfOf has an instance react to an event, if the event belongs to the instance.
func (r *Reactor) reactIfOf(all *planned, one *instances.Instance, e event.Recorded) error {
	id, ok, err := r.instanceOf(e)
	if err != nil || !ok || id != one.ID {
		return err
	}
	r.react(all, one, e)
	return nil
}
