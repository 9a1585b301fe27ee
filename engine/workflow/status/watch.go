package status

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Config has the settings of a Watch. A field that is 0 gets its default.
type Config struct {
	Poll       time.Duration         // longest time between two readings (default 1 s)
	StuckAfter time.Duration         // how long a workflow may not move while events wait, before Ready fails (default 10 s)
	Registerer prometheus.Registerer // nil: metrics are counted but not exported
	Logger     *slog.Logger          // required
}

// Watch has the state of all workflows, including those that other processes run.
type Watch struct {
	pool    *pgxpool.Pool
	names   []string
	config  Config
	metrics *metrics
	lags    lags
}

// New returns the Watch of the workflows with the given names.
func New(pool *pgxpool.Pool, names []string, config Config) *Watch {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.StuckAfter == 0 {
		config.StuckAfter = 10 * time.Second
	}
	return &Watch{pool: pool, names: names, config: config, metrics: newMetrics(config.Registerer, names)}
}

// Watch reads the state of all workflows at intervals until ctx ends. Metrics, log lines and Ready
// use the state that was read last, because Ready must not wait for the database.
func (w *Watch) Watch(ctx context.Context) error {
	const logEvery = 10 * time.Second
	var logged time.Time
	for ctx.Err() == nil { // without a workflow, too: the last one may have been removed
		err := w.look(ctx)
		if time.Since(logged) > logEvery && ctx.Err() == nil {
			logged = time.Now()
			w.report(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.nextLook()):
		}
	}
	<-ctx.Done()
	return nil
}

// nextLook returns the time until Watch reads the state again. While a checkpoint is missing, this
// time is short, because the process becomes ready only after Watch has found all checkpoints.
func (w *Watch) nextLook() time.Duration {
	lags, _ := w.read()
	if started(lags) < len(w.names) {
		return 50 * time.Millisecond
	}
	return min(w.config.Poll, w.config.StuckAfter/2)
}

func (w *Watch) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	found, err := All(ctx, w.pool, w.names, some)
	if err != nil {
		return err
	}
	for _, lag := range w.lags.note(found) {
		w.metrics.set(lag)
	}
	orphans, err := Orphans(ctx, w.pool, w.names)
	if err != nil {
		return err
	}
	w.metrics.setOrphans(orphans)
	return nil
}

// report logs a line for each workflow that is behind the log, or whose jobs are late.
func (w *Watch) report(err error) {
	if err != nil {
		w.config.Logger.Error("can't see how far the workflows are", "error", err)
		return
	}
	lags, _ := w.read()
	for _, lag := range lags {
		if lag.Status.LagEvents > 0 || lag.Status.Late > 1 {
			w.config.Logger.Info("workflow lag", "workflow", lag.Status.Workflow, "position", lag.Status.Position, "events", lag.Status.LagEvents,
				"seconds", lag.Age.Seconds(), "jobs_due", lag.Status.Due, "late_seconds", lag.Status.Late)
		}
	}
}

// read returns the lags that were computed last, and the time of this computation.
func (w *Watch) read() ([]Lag, time.Time) {
	w.lags.mu.Lock()
	defer w.lags.mu.Unlock()
	return w.lags.last, w.lags.at
}

// started returns how many workflows have a checkpoint.
func started(lags []Lag) (count int) {
	for _, lag := range lags {
		if !lag.Status.New {
			count++
		}
	}
	return count
}

// Ready returns an error while a workflow is stopped, or does not move although events wait. Ready
// also returns an error while a workflow has no checkpoint, or Watch can't read the database. Jobs
// that are late or parked do not matter to Ready, because another process would not do these jobs
// sooner.
func (w *Watch) Ready() error {
	if len(w.names) == 0 {
		return nil
	}
	lags, at := w.read()
	switch age := time.Since(at); {
	case at.IsZero():
		return errors.New("workflows not seen yet")
	case age > w.config.StuckAfter:
		return fmt.Errorf("workflows not seen for %s", age.Round(time.Second))
	}
	if count := started(lags); count < len(w.names) {
		return fmt.Errorf("%d of %d workflows have a checkpoint", count, len(w.names))
	}
	for _, lag := range lags {
		s := lag.Status
		if s.Ahead {
			return fmt.Errorf("workflow %s is stopped at position %d, ahead of the log: ops workflows resume", s.Workflow, s.Position)
		}
		if lag.Unmoved > w.config.StuckAfter {
			holder := "nobody"
			if s.Holder != nil {
				holder = s.Holder.String()
			}
			return fmt.Errorf("workflow %s is stuck at position %d for %s, %d events behind; it is run by %s",
				s.Workflow, s.Position, lag.Unmoved.Round(time.Second), s.LagEvents, holder)
		}
	}
	return nil
}
