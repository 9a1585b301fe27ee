package projection

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// Apply queues the SQL for a run of events, and executes nothing. A run is a part of the log, in
// order, of any length. One statement for the whole run is several times faster than one per event.
//
// Each statement must change at least one row. A statement that must change more rows, or may
// change none, needs its own Exec callback, which returns event.ErrInapplicable if the statement
// has changed the wrong rows. After that error, another error or a panic of Apply, or a value or
// constraint error of the database, the run is halved until the failing event is alone, and the
// stream of that event is parked.
type Apply func(b *pgx.Batch, run []event.Recorded) error

// Each returns an Apply that calls a function for each event. If an event does not concern the
// projection, the function queues nothing.
func Each(apply func(b *pgx.Batch, e event.Recorded) error) Apply {
	return func(b *pgx.Batch, run []event.Recorded) error {
		for _, e := range run {
			if err := apply(b, e); err != nil {
				return err
			}
		}
		return nil
	}
}

// Log reads events for projections, on the connection of the projection; eventlog.Store implements
// it.
type Log interface {
	batch.Log
	PageOn(ctx context.Context, on eventlog.Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error)
}

// Projection is an Apply with a name, which is stored with its checkpoint, and with the tables that
// only this projection writes.
type Projection struct {
	Name   string
	Apply  Apply
	Tables []string
}

// Adder collects projections: a Projector, which runs them, a Set, or a counter.
type Adder interface {
	Add(name string, apply Apply, tables ...string)
}

// Count returns how many projections a function adds.
func Count(add func(to Adder)) int {
	var counted counter
	add(&counted)
	return int(counted)
}

// counter counts the projections that a function adds to it.
type counter int

// Add counts a projection.
func (c *counter) Add(string, Apply, ...string) { *c++ }

// Set has all projections of a service, and what the packages that work on projections need. Both
// the Projector and the operator's verbs use a Set.
type Set struct {
	Pool    *pgxpool.Pool
	Log     Log
	Decode  event.Decode
	Timeout time.Duration // time limit for one batch
	Logger  *slog.Logger

	all []Projection
}

// NewSet returns a Set without projections, on a pool that has the number of connections from
// Connections.
func NewSet(pool *pgxpool.Pool, log Log, decode event.Decode, logger *slog.Logger) *Set {
	return &Set{Pool: pool, Log: log, Decode: decode, Timeout: 30 * time.Second, Logger: logger}
}

// Add adds a projection, and the tables that only this projection writes, which a rebuild replaces.
// The name is stored with the checkpoint and must never change.
func (s *Set) Add(name string, apply Apply, tables ...string) {
	s.all = append(s.all, Projection{name, apply, tables})
}

// Names returns the projections' names, in the order of Add.
func (s *Set) Names() []string {
	names := make([]string, 0, len(s.all))
	for _, projection := range s.all {
		names = append(names, projection.Name)
	}
	return names
}

// Find returns the projection with this name, or an error if there is none.
func (s *Set) Find(name string) (Projection, error) {
	for _, projection := range s.all {
		if projection.Name == name {
			return projection, nil
		}
	}
	return Projection{}, fmt.Errorf("no projection %q", name)
}

// LoggerOf returns a logger whose lines name the projection.
func (s *Set) LoggerOf(projection string) *slog.Logger {
	return s.Logger.With("projection", projection)
}

// Reconciler returns a Reconciler for all projections of the Set.
func (s *Set) Reconciler() *reconcile.Reconciler {
	return reconcile.New(s.Pool, s.Names(), s.Timeout, s.Logger)
}
