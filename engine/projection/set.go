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

// Apply queues the SQL for a run of events, and executes nothing. A run has any number of events,
// in the order of the log. One statement for the whole run is several times faster than one
// statement for each event.
//
// Each statement must change at least one row. If a statement must change more rows, or may change
// none, Apply must give the statement its own Exec callback. The callback returns
// event.ErrInapplicable if the statement has changed the wrong rows. The run of events is split
// into halves after event.ErrInapplicable, and after another error or a panic of Apply. It is also
// split if the database refuses a value, for example because of a constraint. When the failing
// event is alone in its run, the stream of that event is parked.
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

// Log reads events on the connection of a projection; eventlog.Store implements Log.
type Log interface {
	batch.Log
	PageOn(ctx context.Context, on eventlog.Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error)
}

// Projection has a function Apply, the projection's name, and the tables that only this projection
// writes. The name is stored with the checkpoint.
type Projection struct {
	Name   string
	Apply  Apply
	Tables []string
}

// Adder collects projections. Adder is implemented by a Projector (which runs the projections), by
// a Set, and by a type that only counts the projections.
type Adder interface {
	Add(name string, apply Apply, tables ...string)
}

// Count returns the number of projections that the function add adds.
func Count(add func(to Adder)) int {
	var counted counter
	add(&counted)
	return int(counted)
}

type counter int

// Add counts a projection.
func (c *counter) Add(string, Apply, ...string) { *c++ }

// Set has all projections of a service, and the pool, the log and the decoder with which other
// packages work on the projections. Both the Projector and the operator's commands use a Set.
type Set struct {
	Pool    *pgxpool.Pool
	Log     Log
	Decode  event.Decode
	Timeout time.Duration // time limit for one batch
	Logger  *slog.Logger

	all []Projection
}

// NewSet returns a Set without projections. The pool must have the number of connections that
// Connections returns.
func NewSet(pool *pgxpool.Pool, log Log, decode event.Decode, logger *slog.Logger) *Set {
	return &Set{Pool: pool, Log: log, Decode: decode, Timeout: 30 * time.Second, Logger: logger}
}

// Add adds a projection. The parameter tables lists the tables that only this projection writes,
// and that a rebuild replaces. The name is stored with the checkpoint and must never change.
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

// Find returns the projection with this name, or an error if the Set has no such projection.
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
