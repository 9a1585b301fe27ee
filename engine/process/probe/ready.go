package probe

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

const (
	checkFor = 2 * time.Second  // bounds one run of all checks
	startFor = 10 * time.Second // how long a process may take to get ready without a warning
)

// Check is a check of one thing that a process depends on.
type Check struct {
	Name string // shown to everybody; no address, no secret
	Run  func(context.Context) error

	// Aside is true if the process can work without it: the check runs and is logged, and neither
	// turns readiness off nor delays the answer.
	Aside bool

	// Accepts reports whether the operator has accepted an error: readiness stays on, and says so.
	// Logging it is left to the check. nil: no error is accepted.
	Accepts func(error) bool

	Gauge prometheus.Gauge // 1 if the last check succeeded; nil: none
}

// Readiness says whether a process can take requests.
type Readiness struct {
	logger   *slog.Logger
	checks   []Check
	draining atomic.Bool
	began    time.Time
	mu       sync.Mutex
	said     map[string]string // checks that fail, with what was logged
	early    map[string]string // the same while a process gets ready
	started  map[string]bool   // checks that have succeeded once
	looking  map[string]bool   // checks aside that run now
	up       *prometheus.GaugeVec
	accepted string // the checks of the last look that failed in an accepted way
}

// NewReadiness returns a Readiness that is on while all checks succeed. The registerer may be nil.
func NewReadiness(logger *slog.Logger, registerer prometheus.Registerer, checks ...Check) *Readiness {
	r := &Readiness{
		logger: logger, checks: checks, began: time.Now(),
		said: make(map[string]string), early: make(map[string]string), started: make(map[string]bool), looking: make(map[string]bool),
	}
	r.up = promauto.With(registerer).NewGaugeVec(prometheus.GaugeOpts{
		Name: "readiness_check_up", Help: "1 if the check of something that the process depends on succeeded when /readyz last looked.",
	}, []string{"check"})
	for _, check := range checks {
		r.show(check.Name, true) // until the first look
	}
	return r
}

func (r *Readiness) show(check string, up bool) {
	r.up.WithLabelValues(check).Set(map[bool]float64{true: 1}[up])
}

// Drain turns readiness off for good: the process is about to end.
func (r *Readiness) Drain() { r.draining.Store(true) }

// Ready returns nil, or an error that names what is not ready and nothing else; the reason goes to
// the log.
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
	var names, accepted []string
	for i, err := range failures {
		check := r.checks[i]
		if check.Aside {
			continue
		}
		switch {
		case err == nil:
		case check.Accepts != nil && check.Accepts(err):
			accepted, err = append(accepted, check.Name), nil
		default:
			names = append(names, check.Name)
		}
		r.note(ctx, check.Name, err)
		r.show(check.Name, err == nil)
	}
	r.accept(accepted)
	if len(names) == 0 {
		return nil
	}
	return errors.New("not ready: " + strings.Join(names, ", "))
}

func (r *Readiness) accept(names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted = strings.Join(names, ", ")
}

// Accepted returns the names of the checks whose last failure the operator has accepted, or "".
func (r *Readiness) Accepted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accepted
}

// lookAside runs a check for which no answer waits, unless it is running.
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
		err := check.run(ctx)
		r.note(ctx, check.Name, err)
		r.show(check.Name, err == nil)
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

// note logs changes since the last look: probes come every second. A process that has just started
// may not be ready yet, which is no warning.
func (r *Readiness) note(ctx context.Context, name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, failing := r.said[name]
	switch {
	case err == nil:
		r.started[name] = true
		if failing {
			delete(r.said, name)
			r.logger.InfoContext(ctx, "ready again", "check", name)
		}
	case !r.started[name] && time.Since(r.began) < startFor:
		if r.early[name] != err.Error() {
			r.early[name] = err.Error()
			r.logger.InfoContext(ctx, "not ready yet", "check", name, "error", err)
		}
	case last != err.Error():
		r.said[name] = err.Error()
		r.logger.WarnContext(ctx, "not ready", "check", name, "error", err)
	}
}
