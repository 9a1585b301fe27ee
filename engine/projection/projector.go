package projection

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
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

// Log is the events as a projector reads them, on the connection that it works with;
// eventstore.Store is one.
type Log interface {
	AfterOn(ctx context.Context, on eventstore.Querier, position int64, limit int) ([]event.Recorded, error)
	PageOn(ctx context.Context, on eventstore.Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error)
}

// Config of a Projector. The zero value of a number stands for its default.
type Config struct {
	Decode     event.Decode           // required
	Subscribe  func() <-chan struct{} // hints that the log has grown; nil: poll only
	Poll       time.Duration          // looks at the log at least so often (default 1 s)
	MaxBatch   int                    // events in one transaction (default 500)
	Timeout    time.Duration          // bounds what is done for one batch: a connection may have died unheard (default 30 s)
	AuditEvery time.Duration          // compares what the projections were given with the log so often (default 1 h)
	OthersHold int                    // connections of the pool that others hold for good
	StuckAfter time.Duration          // Ready fails when a projection stands still for so long with events waiting (default 10 s)
	Logger     *slog.Logger           // required
	Registerer prometheus.Registerer  // nil: metrics are only counted
}

// Projector runs projections. Several processes may run the same ones: they share
// them out, and take over from each other.
type Projector struct {
	pool        *pgxpool.Pool
	log         Log
	config      Config
	metrics     *metrics
	projections []*projection
	lags        lags
}

// Connections returns how many connections a pool has to have for so many projections, where others
// hold some of them for good. Each projection holds one; an audit, a look at the lag, a projection
// that has lost its own, the watches of others, the comparison with seals and the checks of readiness
// take one for a moment.
func Connections(projections, othersHold int) int32 {
	const forAMoment = 8
	return int32(projections + othersHold + forAMoment) //nolint:gosec // nobody has two billion
}

// NewProjector makes a Projector on a pool of so many Connections.
func NewProjector(pool *pgxpool.Pool, log Log, config Config) *Projector {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.MaxBatch == 0 {
		config.MaxBatch = 500
	}
	if config.Timeout == 0 {
		config.Timeout = 30 * time.Second
	}
	if config.AuditEvery == 0 {
		config.AuditEvery = time.Hour
	}
	if config.StuckAfter == 0 {
		config.StuckAfter = 10 * time.Second
	}
	return &Projector{pool: pool, log: log, config: config, metrics: newMetrics(config.Registerer)}
}

// Add names a projection, and the tables that it and nobody else writes: those that
// Rebuild replaces. The name is stored with its checkpoint: frozen.
func (p *Projector) Add(name string, apply Apply, tables ...string) {
	var wake <-chan struct{}
	if p.config.Subscribe != nil {
		wake = p.config.Subscribe()
	}
	p.metrics.failures.WithLabelValues(name) // there from the start: an alert needs to see it rise
	p.projections = append(p.projections, &projection{
		Projector: p, name: name, apply: apply, tables: tables, wake: wake,
		logger: p.config.Logger.With("projection", name),
	})
}

// Run keeps all projections up to date until ctx ends. It returns an error only
// when going on would be wrong; everything else is tried again for ever.
func (p *Projector) Run(ctx context.Context) error {
	const least = 2 // to look at the lag while another one is audited or mended
	if have, need := p.pool.Config().MaxConns, len(p.projections)+p.config.OthersHold+least; int(have) < need {
		return fmt.Errorf("%d projections need %d connections, and the pool has %d: the last ones would wait for ever", len(p.projections), need, have)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, projection := range p.projections {
		group.Go(func() error { return projection.run(ctx) })
	}
	group.Go(func() error { return p.audits(ctx) })
	return group.Wait()
}

// enroll makes sure that the projection has a checkpoint. A new one is not built yet.
func (p *projection) enroll(ctx context.Context) error {
	const sql = `INSERT INTO checkpoints (projection, built_at) VALUES ($1, NULL) ON CONFLICT DO NOTHING`
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	if _, err := p.pool.Exec(ctx, sql, p.name); err != nil {
		return fmt.Errorf("enroll projection %s: %w", p.name, err)
	}
	return nil
}
