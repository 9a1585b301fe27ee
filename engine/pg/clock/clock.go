package clock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Times of Watch.
const (
	clockEvery = time.Second      // interval at which Run reads the server's clock
	clockSlack = 60 * time.Second // how much the clock may gain or lose, in one step or gradually, before that counts as a jump
	clockShows = time.Hour        // how long Check reports a jump
)

// Watch detects jumps of the server's clock. Watch compares the server's clock with the process's
// monotonic clock, which nobody can set. After a jump all work continues, because no duration is
// measured by the server's clock.
type Watch struct {
	logger *slog.Logger
	now    func(ctx context.Context) (time.Time, error) // reads the server's clock
	jumps  prometheus.Counter
	last   prometheus.Gauge

	mu   sync.Mutex
	from look          // both clocks at the moment from which jumps are measured
	jump time.Duration // size of the last jump
	at   time.Time     // when the last jump was seen, by the process's clock; zero: no jump
}

// look has the time of the server's clock and the time of the process's clock at the same moment.
type look struct{ server, here time.Time }

// New returns a Watch of the clock of the server to which the pool connects.
func New(pool *pgxpool.Pool, logger *slog.Logger, registerer prometheus.Registerer) *Watch {
	return newWatch(logger, registerer, func(ctx context.Context) (now time.Time, err error) {
		err = pool.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&now)
		return now, err
	})
}

func newWatch(logger *slog.Logger, registerer prometheus.Registerer, now func(context.Context) (time.Time, error)) *Watch {
	auto := promauto.With(registerer)
	return &Watch{
		logger: logger, now: now,
		jumps: auto.NewCounter(prometheus.CounterOpts{
			Name: "database_clock_jumps_total", Help: "Jumps of the server's clock by more than a minute.",
		}),
		last: auto.NewGauge(prometheus.GaugeOpts{
			Name: "database_clock_jump_seconds", Help: "Size of the last jump of the server's clock; below 0: it was set back.",
		}),
	}
}

// Run reads the server's clock every second until ctx ends. If the server does not answer, Run
// ignores the error.
func (c *Watch) Run(ctx context.Context) error {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		c.look(ctx)
	}
}

func (c *Watch) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clockSlack/2) // an answer that takes long is not precise
	defer cancel()
	began := time.Now()
	server, err := c.now(ctx)
	if err != nil {
		return
	}
	c.note(ctx, look{server.Round(0), began.Add(time.Since(began) / 2)})
}

// note computes how much time has passed on each clock since the last jump, or since the start if
// there was no jump. If the two durations differ too much, note records a new jump.
func (c *Watch) note(ctx context.Context, now look) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.from.here.IsZero() {
		c.from = now
		return
	}
	jump := now.server.Sub(c.from.server) - now.here.Sub(c.from.here)
	if jump.Abs() <= clockSlack {
		return
	}
	c.from, c.at, c.jump = now, now.here, jump
	c.jumps.Inc()
	c.last.Set(jump.Seconds())
	c.logger.ErrorContext(ctx, "the database server's clock jumped; appends go on", "jump_seconds", jump.Seconds(), "clock", now.server)
}

// ErrJumped is the error that Check returns after a jump.
var ErrJumped = errors.New("the database server's clock jumped")

// GoesOn reports whether an error is ErrJumped. A process keeps working in spite of this error.
func GoesOn(err error) bool { return errors.Is(err, ErrJumped) }

// Check returns ErrJumped for an hour after a jump, and nil otherwise.
func (c *Watch) Check(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() || time.Since(c.at) > clockShows {
		return nil
	}
	return fmt.Errorf("%w by %s: in between times of recording are wrong by as much", ErrJumped, c.jump.Round(time.Second))
}
