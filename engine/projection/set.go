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

// Apply queues the SQL that a run of events means to a projection, and runs nothing.
// The run is the log's, in order, as long as the projector likes; a statement for
// all of it is several times faster than one an event.
//
// A statement must change at least one row. If it must change more, or may change
// none, it gets an Exec callback of its own, which returns an
// event.ErrInapplicable when it did not do what it should. That, another error or
// panic of Apply, and a value or constraint that the database refuses have the run
// halved until one event stands alone: its stream is parked.
type Apply func(b *pgx.Batch, run []event.Recorded) error

// Each makes an Apply of a function that takes one event. An event that means
// nothing to the projection queues nothing.
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

// Log is the events as projections read them, on the connection that is worked with; eventlog.Store
// is one.
type Log interface {
	batch.Log
	PageOn(ctx context.Context, on eventlog.Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error)
}

// Projection is an Apply with a name, which is stored with its checkpoint, and the tables that it and
// nobody else writes.
type Projection struct {
	Name   string
	Apply  Apply
	Tables []string
}

// Adder is told of each projection: the Projector that runs them, a Set, or whoever counts them.
type Adder interface {
	Add(name string, apply Apply, tables ...string)
}

// Count returns how many projections a function adds.
func Count(add func(to Adder)) int {
	var counted counter
	add(&counted)
	return int(counted)
}

// counter is how many projections were added to it.
type counter int

// Add counts a projection.
func (c *counter) Add(string, Apply, ...string) { *c++ }

// Set is all projections of a service, and what those who work on them need: the loop, and what an
// operator does beside it.
type Set struct {
	Pool    *pgxpool.Pool
	Log     Log
	Decode  event.Decode
	Timeout time.Duration // bounds what is done for one batch
	Logger  *slog.Logger

	all []Projection
}

// NewSet makes a Set without a projection, on a pool of so many Connections.
func NewSet(pool *pgxpool.Pool, log Log, decode event.Decode, logger *slog.Logger) *Set {
	return &Set{Pool: pool, Log: log, Decode: decode, Timeout: 30 * time.Second, Logger: logger}
}

// Add names a projection, and the tables that it and nobody else writes: those that a rebuild
// replaces. The name is stored with its checkpoint: frozen.
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

// Find returns the projection of a name, or an error if there is none.
func (s *Set) Find(name string) (Projection, error) {
	for _, projection := range s.all {
		if projection.Name == name {
			return projection, nil
		}
	}
	return Projection{}, fmt.Errorf("no projection %q", name)
}

// LoggerOf returns the logger that names a projection.
func (s *Set) LoggerOf(projection string) *slog.Logger {
	return s.Logger.With("projection", projection)
}

// Reconciler returns what compares the projections with the log.
func (s *Set) Reconciler() *reconcile.Reconciler {
	return reconcile.New(s.Pool, s.Names(), s.Timeout, s.Logger)
}
