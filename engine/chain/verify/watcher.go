package verify

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/eventlog"
)

// roundFor limits the time in which the Watcher compares one part, because a dead database
// connection may give no error.
const roundFor = 30 * time.Second

// Watcher compares the log with its chain of hashes, one part after another, while the process
// runs. A Watcher takes no lock, because an attacker could stop the comparison by taking the lock;
// therefore each process that runs a Watcher compares the whole log.
type Watcher struct {
	service   string
	pool      *pgxpool.Pool
	store     *eventlog.Store
	every     time.Duration
	logger    *slog.Logger
	pass      *walk      // the running pass through the whole chain; nil: the next pass has not begun
	before    *walk      // the previous pass; nil: no pass has ended
	newest    chain.Link // the newest link that this process has seen
	gone      int        // how many times the newest link that this process knew was found to be deleted; never reset
	waits     int64      // position of the first event that no link covers
	since     time.Time  // when this process first saw that no link covers the event at position waits
	findings  prometheus.Gauge
	position  prometheus.Gauge
	unlinked  prometheus.Gauge
	lastRound prometheus.Gauge
	lastPass  prometheus.Gauge
}

// NewWatcher returns a Watcher that compares about 10,000 events per interval. The interval is the
// parameter every.
func NewWatcher(service string, pool *pgxpool.Pool, store *eventlog.Store, every time.Duration, logger *slog.Logger, registerer prometheus.Registerer) *Watcher {
	metrics := promauto.With(registerer)
	return &Watcher{
		service: service, pool: pool, store: store, every: every, logger: logger,
		findings:  metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_verify_findings", Help: "Places where the log differs from its chain, found by this process in its last pass through the chain or in this one, plus the times that the newest link it knew was gone."}),
		position:  metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_verify_position", Help: "Position up to which this process has compared the log with its chain, in this pass."}),
		unlinked:  metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_unlinked_seconds", Help: "Time since the first event that no link covers was recorded; 0: there is no such event."}),
		lastRound: metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_verify_last_round_timestamp_seconds", Help: "When this process last compared a part of the log with its chain; 0: never."}),
		lastPass:  metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_verify_last_pass_timestamp_seconds", Help: "When this process last came to the end of the chain; 0: never."}),
	}
}

// Run compares one part of the chain after another until ctx ends. After the last part, Run begins
// again with the first part. After an error, Run compares the same part again.
func (w *Watcher) Run(ctx context.Context) error {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for {
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			w.logger.WarnContext(ctx, "verification interrupted", "error", err, "retry_seconds", w.every.Seconds())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (w *Watcher) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	end, err := readEnd(ctx, w.pool)
	if err != nil {
		return err
	}
	w.unlinked.Set(w.late(end).Seconds())
	if err := w.remember(ctx); err != nil {
		return err
	}
	if w.pass == nil {
		if w.pass, err = w.begin(ctx, end); err != nil {
			return err
		}
	}
	more, err := w.pass.step(ctx)
	w.tell(ctx)
	if err != nil {
		w.pass.ahead = nil // after an error, ahead may lack some events that were read: all of them are read again
		return err
	}
	w.position.Set(float64(w.pass.at.Position))
	w.lastRound.SetToCurrentTime()
	if !more || w.pass.at.Position >= end.linked {
		w.lastPass.SetToCurrentTime()
		w.pass.ahead = nil
		w.before, w.pass = w.pass, nil
		w.findings.Set(float64(w.before.found + w.gone))
	}
	return nil
}

// late returns how long the event at position e.outside has had no link, or 0 if links cover all
// events. late computes two durations and returns the longer one. The first duration is the time
// since the event was recorded. An attacker can change the recorded time. Therefore, the second
// duration is the time since this process first saw the event without a link.
func (w *Watcher) late(e end) time.Duration {
	switch {
	case e.outside == 0:
		w.waits = 0
		return 0
	case w.waits != e.outside:
		w.waits, w.since = e.outside, time.Now()
	}
	return max(e.waits, time.Since(w.since))
}

// remember checks that the chain still contains the newest link that this process has seen. If an
// attacker changes the log, deletes all links and makes new links, the new chain agrees with the
// changed log. remember detects this deletion, as long as this process runs.
func (w *Watcher) remember(ctx context.Context) error {
	last, err := chain.Newest(ctx, w.pool) // read before the other query, so that a link that is deleted between the two queries is noticed
	if err != nil {
		return err
	}
	if w.newest.Position > 0 {
		found, err := chain.Links(ctx, w.pool, `WHERE position = $1`, w.newest.Position)
		if err != nil {
			return err
		}
		if len(found) == 0 || !bytes.Equal(found[0].Hash, w.newest.Hash) {
			w.gone++
			w.logger.ErrorContext(ctx, "a link is gone: somebody has deleted it, or the database has lost commits: see ops chain verify", "position", w.newest.Position)
		}
	}
	w.newest = last
	return nil
}

// begin begins a new pass through the whole chain. The first pass of a process begins at a random
// position: if it always began at the first position, a process that restarts often would never
// reach the end of the chain.
func (w *Watcher) begin(ctx context.Context, e end) (*walk, error) {
	pass := &walk{service: w.service, on: w.pool, store: w.store}
	if w.before != nil || e.linked == 0 {
		return pass, nil
	}
	found, err := chain.Links(ctx, w.pool, `WHERE position <= $1 ORDER BY position DESC LIMIT 1`, rand.Int64N(e.linked)) //nolint:gosec // an attacker gains nothing from the number
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		pass.at = found[0]
	}
	return pass, nil
}

// tell logs the findings that are new in this pass (one comparison of the whole chain). During a
// pass, the metric chain_verify_findings has the larger of two numbers: the findings of the
// previous pass, or the findings of this pass so far. The metric also counts the deletions of links
// that remember has detected.
func (w *Watcher) tell(ctx context.Context) {
	known := 0
	if w.before != nil {
		known = w.before.found
	}
	w.findings.Set(float64(max(known, w.pass.found) + w.gone))
	for ; w.pass.told < len(w.pass.findings); w.pass.told++ {
		finding := w.pass.findings[w.pass.told]
		if w.before == nil || !slices.Contains(w.before.findings, finding) {
			w.logger.ErrorContext(ctx, "the log is not what its chain says: see ops chain verify", "position", finding.Position, "what", finding.What)
		}
	}
}
