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
)

// Config has the settings of a Projector. The zero value of a number stands for its default.
type Config struct {
	Decode         event.Decode           // required
	Subscribe      func() <-chan struct{} // hints that the log has grown; nil: poll only
	Poll           time.Duration          // looks at the log at least this often (default 1 s)
	MaxBatch       int                    // events in one transaction (default 500)
	Timeout        time.Duration          // bounds the work for one batch: its connection may have died unnoticed (default 30 s)
	ReconcileEvery time.Duration          // how often to compare what the projections were given with the log (default 1 h)
	OthersHold     int                    // connections of the pool that others always use
	Logger         *slog.Logger           // required
	Registerer     prometheus.Registerer  // nil: metrics are only counted
}

// Projector runs projections. Several processes may run the same ones: they share them, and take
// over from each other.
type Projector struct {
	set     *Set
	config  Config
	metrics *batch.Metrics
	workers []*worker
}

// Connections returns how many connections a pool needs for that many projections, if others always
// use some of them. Each projection uses one; a comparison with the log, a look at the lag, a
// projection that has lost its own, the watches of others, the comparison with the chain and the
// checks of readiness take one for a moment.
func Connections(projections, othersHold int) int32 {
	const forAMoment = 8
	return int32(projections + othersHold + forAMoment) //nolint:gosec // nobody has two billion
}

// NewProjector returns a Projector on a pool with Connections connections.
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

// Set returns the projections, for packages that work on them beside the Projector.
func (p *Projector) Set() *Set { return p.set }

// Add adds a projection that is to be run, as Set.Add does.
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
		Metrics: p.metrics, Logger: logger,
	}})
}

// Run keeps all projections up to date until ctx ends. It returns an error only when going on would
// be wrong; everything else is retried for ever.
func (p *Projector) Run(ctx context.Context) error {
	const least = 2 // to look at the lag while another one is compared or mended
	if have, need := p.set.Pool.Config().MaxConns, len(p.workers)+p.config.OthersHold+least; int(have) < need {
		return fmt.Errorf("%d projections need %d connections, and the pool has %d: the last ones would wait for ever", len(p.workers), need, have)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, worker := range p.workers {
		group.Go(func() error { return worker.run(ctx) })
	}
	group.Go(func() error { return p.set.Reconciler().Run(ctx, p.config.ReconcileEvery) })
	return group.Wait()
}
