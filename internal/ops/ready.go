package ops

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// checkFor bounds one look at everything that a process depends on.
const checkFor = 2 * time.Second

// Check is one thing that a process depends on.
type Check struct {
	Name string // shown to whoever asks; no address, no secret
	Run  func(context.Context) error

	// Aside is true if the process can work without: it is looked at and logged, and
	// neither turns readiness off nor holds up the answer.
	Aside bool
	Gauge prometheus.Gauge // 1 if the last look was fine; nil: none
}

// Readiness says whether a process can take requests.
type Readiness struct {
	logger   *slog.Logger
	checks   []Check
	draining atomic.Bool
	mu       sync.Mutex
	said     map[string]string // what is not ready, and what the log says of it
	looking  map[string]bool   // at these, aside
}

// NewReadiness makes a Readiness that is green while all checks are.
func NewReadiness(logger *slog.Logger, checks ...Check) *Readiness {
	return &Readiness{logger: logger, checks: checks, said: make(map[string]string), looking: make(map[string]bool)}
}

// Drain turns readiness off for good: the process is about to end.
func (r *Readiness) Drain() { r.draining.Store(true) }

// Ready returns nil, or an error that names what is not ready and nothing else;
// why it is not goes to the log.
func (r *Readiness) Ready(ctx context.Context) error {
	if r.draining.Load() {
		return errors.New("not ready: shutting down")
	}
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	failures := make([]error, len(r.checks))
	var running sync.WaitGroup
	for i, check := range r.checks {
		if check.Aside {
			r.lookAside(ctx, check)
			continue
		}
		running.Go(func() { failures[i] = check.run(ctx) })
	}
	running.Wait()
	var names []string
	for i, err := range failures {
		if r.checks[i].Aside {
			continue
		}
		r.note(ctx, r.checks[i].Name, err)
		if err != nil {
			names = append(names, r.checks[i].Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return errors.New("not ready: " + strings.Join(names, ", "))
}

// lookAside runs a check that nobody waits for, unless it is running.
func (r *Readiness) lookAside(ctx context.Context, check Check) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.looking[check.Name] {
		return
	}
	r.looking[check.Name] = true
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkFor)
		defer cancel()
		r.note(ctx, check.Name, check.run(ctx))
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.looking, check.Name)
	}()
}

func (c Check) run(ctx context.Context) error {
	err := c.Run(ctx)
	if c.Gauge != nil {
		c.Gauge.Set(map[bool]float64{true: 1}[err == nil])
	}
	return err
}

// note logs what has changed since the last look: probes come every second.
func (r *Readiness) note(ctx context.Context, name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, failing := r.said[name]
	switch {
	case err == nil && failing:
		delete(r.said, name)
		r.logger.InfoContext(ctx, "ready again", "check", name)
	case err != nil && last != err.Error():
		r.said[name] = err.Error()
		r.logger.WarnContext(ctx, "not ready", "check", name, "error", err)
	}
}
