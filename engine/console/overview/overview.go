package overview

import (
	"context"
	"slices"
	"time"

	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
	projections "example.com/pgcqrs/engine/projection/status"
	"example.com/pgcqrs/engine/trail"
	"example.com/pgcqrs/engine/workflow/control"
	workflows "example.com/pgcqrs/engine/workflow/status"
)

const (
	mostCounted = 10_000 // limit of the counts of a workflow's jobs
	mostListed  = 100    // limit of each list
)

// Overview is the state of the service.
type Overview struct {
	At          time.Time // time of the reading
	Head        int64
	Rates       []Rate
	Projections []projections.Status
	Workflows   []workflows.Status
	Outbox      int64 // messages that wait for the relay

	Parked    List[park.Stream]
	Discarded List[park.Stream]
	Dead      List[dead.Stream]
	Stuck     List[workflows.Parked]
}

// Waits returns how many streams, messages and parts of workflows wait for an operator.
func (o Overview) Waits() int { return o.Parked.All + o.Dead.All + o.Stuck.All }

// Rate is the number of events that were recorded in a time.
type Rate struct {
	Over   string
	Events int64
	PerSec float64
}

// List has the first elements of a list, and the length of the whole list.
type List[T any] struct {
	Some []T
	All  int
}

func listOf[T any](all []T) List[T] { return List[T]{all[:min(len(all), mostListed)], len(all)} }

// Reader reads the state of the service.
type Reader struct {
	Log         *eventlog.Store
	Projections *projection.Set
	Dead        *dead.Messages
	Workflows   *control.Control
}

// Read reads the state.
func (r Reader) Read(ctx context.Context) (now Overview, err error) {
	if now.Projections, err = projections.All(ctx, r.Projections); err != nil {
		return now, err
	}
	now.At = time.Now()
	pool := r.Workflows.Pool()
	if now.Workflows, err = workflows.AllWithOrphans(ctx, pool, r.Workflows.Names(), mostCounted); err != nil {
		return now, err
	}
	if now.Outbox, err = r.Dead.Waiting(ctx); err != nil {
		return now, err
	}
	if now.Head, err = r.Log.Head(ctx); err != nil {
		return now, err
	}
	if now.Rates, err = r.rates(ctx, now.Head); err != nil {
		return now, err
	}
	return now, r.stuck(ctx, &now)
}

// rates counts the events of the last minute, hour and day.
func (r Reader) rates(ctx context.Context, head int64) (rates []Rate, err error) {
	queries := trail.NewQueries(r.Log)
	for _, over := range []struct {
		name string
		time time.Duration
	}{{"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}} {
		before, err := queries.Before(ctx, time.Now().Add(-over.time), head)
		if err != nil {
			return nil, err
		}
		rates = append(rates, Rate{over.name, head - before, float64(head-before) / over.time.Seconds()})
	}
	return rates, nil
}

// stuck lists what is parked or dead.
func (r Reader) stuck(ctx context.Context, now *Overview) error {
	streams, err := park.List(ctx, r.Projections)
	if err != nil {
		return err
	}
	discarded := func(s park.Stream) bool { return s.DiscardedAt != nil }
	now.Parked = listOf(slices.DeleteFunc(slices.Clone(streams), discarded))
	now.Discarded = listOf(slices.DeleteFunc(streams, func(s park.Stream) bool { return !discarded(s) }))
	messages, err := r.Dead.List(ctx)
	if err != nil {
		return err
	}
	now.Dead = listOf(messages)
	parked, err := workflows.ListParked(ctx, r.Workflows.Pool(), r.Workflows.Names(), workflows.Many)
	now.Stuck = listOf(parked)
	return err
}
