package probe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"golang.org/x/sync/singleflight"
)

const (
	checkFor = 2 * time.Second  // time limit of one run of all checks
	startFor = 10 * time.Second // how long a process may be not ready after its start without a warning
)

// Check is a check of one dependency of a process.
type Check struct {
	Name string // shown to everybody, so it must contain no address and no secret
	Run  func(context.Context) error

	// Aside is true if the process can work without the dependency. The check still runs, and its
	// result is logged. But the process stays ready if the check fails, and the answer to a probe
	// does not wait for the check.
	Aside bool

	// Accepts reports whether the operator has accepted the error. For an accepted error, readiness
	// stays on, and the answer to a probe names the check. The check itself must log an accepted
	// error. If Accepts is nil, no error is accepted.
	Accepts func(error) bool

	Gauge prometheus.Gauge // 1 if the last check succeeded; nil: none
}

// Readiness reports whether a process can accept requests.
type Readiness struct {
	logger   *slog.Logger
	checks   []Check
	draining atomic.Bool
	runs     singleflight.Group
	began    time.Time
	mu       sync.Mutex
	said     map[string]string // the text logged last for each failing check
	early    map[string]string // the text logged last for each failing check that has never succeeded
	started  map[string]bool   // checks that have succeeded at least once
	looking  map[string]bool   // checks with Aside that are running now
	up       *prometheus.GaugeVec
	accepted string // names of the checks that failed with an accepted error in the last run
}

// NewReadiness returns a Readiness, which is on while all checks succeed. The registerer may be
// nil.
func NewReadiness(logger *slog.Logger, registerer prometheus.Registerer, checks ...Check) *Readiness {
	r := &Readiness{
		logger: logger, checks: checks, began: time.Now(),
		said: make(map[string]string), early: make(map[string]string), started: make(map[string]bool), looking: make(map[string]bool),
	}
	r.up = promauto.With(registerer).NewGaugeVec(prometheus.GaugeOpts{
		Name: "readiness_check_up", Help: "1 if the check of something that the process depends on succeeded when /readyz last looked.",
	}, []string{"check"})
	for _, check := range checks {
		r.show(check.Name, true) // until the first run of the check
	}
	return r
}

func (r *Readiness) show(check string, up bool) {
	r.up.WithLabelValues(check).Set(map[bool]float64{true: 1}[up])
}

// Drain turns readiness off permanently, because the process is about to end.
func (r *Readiness) Drain() { r.draining.Store(true) }

// Ready returns nil if all checks succeed, or an error that contains only the names of the failing
// checks; the log has the reasons. If other callers wait for a run of the checks, Ready waits for
// the result of the same run. So many probes at once cost the database no more than one probe. A run
// does not end when its callers go away: otherwise each check that runs a query would lose its
// connection to the database, and an impatient probe would make a slow database even slower.
func (r *Readiness) Ready(ctx context.Context) error {
	if r.draining.Load() {
		return errDraining
	}
	run := r.runs.DoChan("", func() (any, error) { return nil, r.runAll(context.WithoutCancel(ctx)) })
	select {
	case result := <-run:
		if r.draining.Load() {
			return errDraining
		}
		return result.Err
	case <-ctx.Done():
		return fmt.Errorf("not ready: %w", ctx.Err())
	}
}

var errDraining = errors.New("not ready: shutting down")

// runAll runs all checks, and logs what has changed since the last run.
func (r *Readiness) runAll(ctx context.Context) error {
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

// Accepted returns the names of the checks that failed with an accepted error in the last run, or
// "".
func (r *Readiness) Accepted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accepted
}

// lookAside starts a check of something that the process does not need for its work, unless the
// check is already running. No answer to a probe waits for the result.
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

// note logs a change of a check's result since the last run. An unchanged result is not logged,
// because probes come every second. For ten seconds after the start, a check that has not succeeded
// yet is logged as info instead of as a warning.
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
