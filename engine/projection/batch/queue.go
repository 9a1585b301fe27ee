package batch

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// Apply queues the SQL for consecutive events; see projection.Apply.
type Apply = func(b *pgx.Batch, run []event.Recorded) error

// Queue decodes consecutive events, and calls apply, which adds the SQL for these events to work.
// For each statement that has no callback of its own, Queue adds a check that the statement changes
// a row. Queue returns the applied events.
func Queue(work *pgx.Batch, run []event.Recorded, decode event.Decode, apply Apply) (applied []event.Recorded, err error) {
	if len(run) == 0 {
		return nil, nil
	}
	first, last, before := run[0], run[len(run)-1], work.Len()
	blame := func(err error) error {
		if len(run) == 1 {
			return &eventError{fmt.Errorf("event %d (%s): %w", first.Position, first.Type, err)}
		}
		return &eventError{fmt.Errorf("events %d to %d: %w", first.Position, last.Position, err)}
	}
	if applied, err = decodeAndApply(work, run, decode, apply); err != nil {
		return nil, blame(err)
	}
	for _, query := range work.QueuedQueries[before:] {
		if query.Fn == nil {
			query.Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 0 {
					return blame(errors.New("changed no row"))
				}
				return nil
			})
		}
	}
	return applied, nil
}

// decodeAndApply calls decode and apply, which are functions of the service. If one of these
// functions panics, decodeAndApply returns the panic as an error that the events have caused.
// Without this, the panic would end each process that reads these events.
func decodeAndApply(work *pgx.Batch, run []event.Recorded, decode event.Decode, apply Apply) (applied []event.Recorded, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	today := make([]event.Recorded, 0, len(run))
	for i, e := range run {
		if run[i].Event, err = decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return nil, err
		}
		if _, split := run[i].Event.(event.Split); split {
			today = append(today, run[i].Parts()...)
		} else {
			today = append(today, run[i])
		}
	}
	return run, apply(work, today)
}
