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
	clockEvery = time.Second      // how much the clock may gain or lose, in one step or in many
	clockSlack = 60 * time.Second // how long Check reports a jump
	clockShows = time.Hour        // a jump turns up in Check for so long
)

// Watch watches the server's clock for jumps, by the process's own monotonic clock, which nobody
// can set. A jump stops nothing: durations are never measured by the server's clock.
type Watch struct {
	logger *slog.Logger
	now    func(ctx context.Context) (time.Time, error) // of the server
	jumps  prometheus.Counter
	last   prometheus.Gauge

	mu   sync.Mutex
	from look          // the look from which jumps are measured
	jump time.Duration // the last one
	at   time.Time     // when it was seen, by the process's clock; zero: no jump
}

// look is the time of the server's clock and of the process's clock at the same moment.
type look struct{ server, here time.Time }

// New returns a Watch of a pool's server.
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

// Run looks at the server's clock until ctx ends. It ignores a server that does not answer.
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
	ctx, cancel := context.WithTimeout(ctx, clockSlack/2) // an answer that took long says little
	defer cancel()
	began := time.Now()
	server, err := c.now(ctx)
	if err != nil {
		return
	}
	c.note(ctx, look{server.Round(0), began.Add(time.Since(began) / 2)})
}

// note compares a look with the one from which jumps are measured.
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
	c.logger.ErrorContext(ctx, "the database server's clock jumped; appends go on", "by", jump.Round(time.Second).String(), "clock", now.server)
}

// ErrJumped is what Check returns.
var ErrJumped = errors.New("the database server's clock jumped")

// GoesOn reports whether an error is ErrJumped, after which everything goes on.
func GoesOn(err error) bool { return errors.Is(err, ErrJumped) }

// Check returns an error for an hour after a jump.
func (c *Watch) Check(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() || time.Since(c.at) > clockShows {
		return nil
	}
	return fmt.Errorf("%w by %s: in between times of recording are wrong by as much", ErrJumped, c.jump.Round(time.Second))
}
