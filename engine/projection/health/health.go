package health

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
)

// Config has the settings of Health. A field that is 0 gets its default.
type Config struct {
	Poll       time.Duration         // longest time between two readings (default 1 s)
	StuckAfter time.Duration         // how long a projection may apply nothing while events wait, before Ready fails (default 10 s)
	Registerer prometheus.Registerer // nil: metrics are counted but not exported
}

// Health has the state of all projections, including those that other processes run.
type Health struct {
	of      *projection.Set
	config  Config
	metrics *metrics
	lags    lags
}

// New returns the Health of the projections in a Set.
func New(of *projection.Set, config Config) *Health {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.StuckAfter == 0 {
		config.StuckAfter = 10 * time.Second
	}
	return &Health{of: of, config: config, metrics: newMetrics(config.Registerer)}
}

// Watch reads the lag of all projections at intervals until ctx ends, including the projections
// that other processes run. Metrics, log lines and Ready use the result of the last reading,
// because Ready must not wait for the database.
func (h *Health) Watch(ctx context.Context) error {
	const logEvery = 10 * time.Second
	var logged time.Time
	for ctx.Err() == nil {
		err := h.look(ctx)
		if time.Since(logged) > logEvery {
			logged = time.Now()
			h.report(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(h.nextLook()):
		}
	}
	return nil
}

// nextLook returns the time until the next reading of the lag. While a checkpoint is missing, this
// time is short, because the process is ready only after a reading has found all checkpoints.
func (h *Health) nextLook() time.Duration {
	if len(h.Lags()) < len(h.of.Names()) {
		return 50 * time.Millisecond
	}
	return min(h.config.Poll, h.config.StuckAfter/2)
}

func (h *Health) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	const sql = `
		SELECT c.projection, c.position, h.head, c.ahead_of IS NOT NULL AS ahead,
		       (SELECT count(*) FROM applied_ranges r WHERE r.projection = c.projection AND r.differs AND r.accepted_at IS NULL) AS differs,
		       greatest('0', (SELECT clock_timestamp() - min(waits_since) FROM applied_ranges r
		                 WHERE r.projection = c.projection AND r.reconciled_at IS NULL)) AS unreconciled
		FROM checkpoints c
		CROSS JOIN (SELECT ` + logsql.Head + ` AS head) h
		WHERE c.projection = ANY ($1)`
	rows, err := h.of.Pool.Query(ctx, sql, h.of.Names())
	if err != nil {
		return fmt.Errorf("read lag: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[lagRow])
	if err != nil {
		return fmt.Errorf("read lag: %w", err)
	}
	lags := h.lags.note(found)
	for _, lag := range lags {
		h.metrics.lagEvents.WithLabelValues(lag.Projection).Set(float64(lag.Events))
		h.metrics.stopped.WithLabelValues(lag.Projection).Set(map[bool]float64{true: 1}[lag.Ahead])
		h.metrics.differs.WithLabelValues(lag.Projection).Set(float64(lag.Differs))
		h.metrics.unreconciled.WithLabelValues(lag.Projection).Set(lag.Unreconciled.Seconds())
		h.metrics.lagTime.WithLabelValues(lag.Projection).Set(lag.Age.Seconds())
	}
	return h.lookForHolders(ctx, lags)
}

// lookForHolders finds the processes that run stuck projections. A projection is stuck if events
// wait and it has applied nothing for too long.
func (h *Health) lookForHolders(ctx context.Context, lags map[string]Lag) error {
	var stuck []string
	for name, lag := range lags {
		if lag.Unmoved > h.config.StuckAfter {
			stuck = append(stuck, checkpoint.RunLock(name))
		}
	}
	if len(stuck) == 0 {
		return nil
	}
	holders, err := lock.Holders(ctx, h.of.Pool, stuck...)
	if err != nil {
		return err
	}
	h.lags.mu.Lock()
	defer h.lags.mu.Unlock()
	for name, lag := range h.lags.last {
		lag.Holder = holders[checkpoint.RunLock(name)]
		h.lags.last[name] = lag
	}
	return nil
}

// report logs a line for each projection that is behind the log, and for each projection whose
// applied events differ from the log.
func (h *Health) report(err error) {
	if err != nil {
		h.of.Logger.Error("can't see the projections' lag", "error", err)
		return
	}
	for _, lag := range h.Lags() {
		if lag.Differs > 0 {
			h.of.Logger.Error("the projection was given other events than the log has: see ops projections reconcile",
				"projection", lag.Projection, "ranges", lag.Differs)
		}
		if lag.Events > 0 {
			h.of.Logger.Info("projection lag", "projection", lag.Projection, "position", lag.Position,
				"events", lag.Events, "seconds", lag.Age.Seconds())
		}
	}
}

// Lags returns the lags from the last reading, in the order in which Set.Add has added the
// projections.
func (h *Health) Lags() []Lag {
	h.lags.mu.Lock()
	defer h.lags.mu.Unlock()
	found := make([]Lag, 0, len(h.of.Names()))
	for _, name := range h.of.Names() {
		if lag, ok := h.lags.last[name]; ok {
			found = append(found, lag)
		}
	}
	return found
}

// Ready returns an error while a projection is stopped, or applies nothing although events wait.
// Ready also returns an error while a projection has no checkpoint, or Watch can't read the
// database.
func (h *Health) Ready() error {
	h.lags.mu.Lock()
	at := h.lags.at
	h.lags.mu.Unlock()
	switch age := time.Since(at); {
	case at.IsZero():
		return errors.New("lag not seen yet")
	case age > h.config.StuckAfter:
		return fmt.Errorf("lag not seen for %s", age.Round(time.Second))
	}
	lags := h.Lags()
	if len(lags) < len(h.of.Names()) {
		return fmt.Errorf("%d of %d projections have a checkpoint", len(lags), len(h.of.Names()))
	}
	for _, lag := range lags {
		if lag.Ahead {
			return fmt.Errorf("projection %s is stopped at position %d, ahead of the log", lag.Projection, lag.Position)
		}
		if lag.Unmoved > h.config.StuckAfter {
			return fmt.Errorf("projection %s is stuck at position %d for %s, %d events behind; it is run by %s",
				lag.Projection, lag.Position, lag.Unmoved.Round(time.Second), lag.Events, lag.Holder)
		}
	}
	return nil
}
