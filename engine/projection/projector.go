package projection

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/tracing"
)

// Config has the settings of a Projector. A field that is 0 gets its default.
type Config struct {
	Decode         event.Decode           // required
	Subscribe      func() <-chan struct{} // returns a channel that signals new events; nil: poll only
	Poll           time.Duration          // longest time between two reads of the log (default 1 s)
	MaxBatch       int                    // events in one transaction (default 500)
	Timeout        time.Duration          // time limit for one batch, because a broken connection may give no error (default 30 s)
	ReconcileEvery time.Duration          // interval between two reconciliations with the log (default 1 h)
	OthersHold     int                    // connections of the pool that other code uses all the time
	Logger         *slog.Logger           // required
	Registerer     prometheus.Registerer  // nil: metrics are counted but not exported
	Tracer         *tracing.Tracer        // nil: batches are not traced
}

// Projector runs projections. Several processes may have a Projector for the same projections, but
// only one process at a time runs each projection. If this process dies, another process runs the
// projection.
type Projector struct {
	set     *Set
	config  Config
	metrics *batch.Metrics
	workers []*worker
}

// Connections returns the number of connections that a pool needs for the given number of
// projections. othersHold is the number of connections that other code uses all the time. Each
// projection uses one connection all the time. Connections adds some connections that are needed
// for short times: for reconciliation, the measurement of lag, a projection that has lost its
// connection, the comparison with the chain, checks of readiness, and queries of other packages.
func Connections(projections, othersHold int) int32 {
	const forAMoment = 8
	return int32(projections + othersHold + forAMoment) //nolint:gosec // there are never two billion projections
}

// NewProjector returns a Projector. The pool must have the number of connections that Connections
// returns.
func NewProjector(pool *pgxpool.Pool, log Log, config Config) *Projector {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.MaxBatch == 0 {
		config.MaxBatch = 500
	}
	if config.ReconcileEvery == 0 {
		config.ReconcileEvery = time.Hour
	}
	set := NewSet(pool, log, config.Decode, config.Logger)
	if config.Timeout != 0 {
		set.Timeout = config.Timeout
	}
	return &Projector{set: set, config: config, metrics: batch.NewMetrics(config.Registerer)}
}

// Set returns the projections of the Projector, for other packages that work on projections.
func (p *Projector) Set() *Set { return p.set }

// Add adds a projection that Run will run; see Set.Add. Add must not be called after Run.
func (p *Projector) Add(name string, apply Apply, tables ...string) {
	var wake <-chan struct{}
	if p.config.Subscribe != nil {
		wake = p.config.Subscribe()
	}
	p.metrics.Known(name)
	p.set.Add(name, apply, tables...)
	logger := p.set.LoggerOf(name)
	p.workers = append(p.workers, &worker{poll: p.config.Poll, wake: wake, logger: logger, applier: &batch.Applier{
		Name: name, Apply: apply, Pool: p.set.Pool, Log: p.set.Log, Decode: p.set.Decode,
		MaxBatch: p.config.MaxBatch, Timeout: p.set.Timeout,
		WayOut:  "ops projections rebuild makes its tables anew, ops projections resume goes on with what they hold",
		Metrics: p.metrics, Tracer: p.config.Tracer, Logger: logger,
	}})
}

// Run keeps all projections up to date until ctx ends. Run returns an error if the pool has too few
// connections. Run also returns an error if the log has a gap, because the rows of a projection
// would become wrong. After any other error, Run retries until ctx ends.
func (p *Projector) Run(ctx context.Context) error {
	const least = 2 // so that lag can be measured while a reconciliation or a retry uses one connection
	if have, need := p.set.Pool.Config().MaxConns, len(p.workers)+p.config.OthersHold+least; int(have) < need {
		return fmt.Errorf("%d projections need %d connections, and the pool has %d: the last ones would wait for ever", len(p.workers), need, have)
	}
	reconciler := p.set.Reconciler()
	group, ctx := errgroup.WithContext(ctx)
	for _, worker := range p.workers {
		group.Go(func() error { return worker.run(ctx) })
	}
	group.Go(func() error { return reconciler.Run(ctx, p.config.ReconcileEvery) })
	return group.Wait()
}
