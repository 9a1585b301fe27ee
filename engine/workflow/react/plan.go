package react

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow/instances"
)

// plan folds a run of events into the states of their instances, and collects the reactions. plan
// changes nothing in the database. The map unable has the instances that plan must park, each with
// the reason.
func (r *Reactor) plan(ctx context.Context, conn *pgx.Conn, run []event.Recorded, unable map[uuid.UUID]error) (*planned, error) {
	today, err := r.decode(run)
	if err != nil {
		return nil, err
	}
	correlated, err := r.correlate(today)
	if err != nil {
		return nil, err
	}
	all := newPlanned()
	known, err := r.instances(ctx, conn, all, correlated)
	if err != nil {
		return nil, err
	}
	for id, err := range unable {
		all.unable[known[id]] = err
	}
	for _, one := range correlated {
		r.react(all, known[one.instance], one.event)
	}
	return all, nil
}

// instances reads the instances to which the events belong. If the database does not have an
// instance yet, instances makes a new one.
func (r *Reactor) instances(ctx context.Context, conn *pgx.Conn, all *planned, correlated []due) (map[uuid.UUID]*instances.Instance, error) {
	if len(correlated) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, 0, len(correlated))
	for _, one := range correlated {
		ids = append(ids, one.instance)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	known, err := instances.Read(ctx, conn, r.Workflow.Name, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if known[id] == nil {
			known[id] = &instances.Instance{ID: id, Shape: r.Workflow.Shape, Timers: make(map[string]instances.Timer)}
		}
		all.touch(known[id])
		err := r.refold(ctx, conn, known[id])
		if broken, ok := errors.AsType[unfoldable](err); ok {
			all.unable[known[id]] = broken
		} else if err != nil {
			return nil, err
		}
	}
	return known, nil
}
