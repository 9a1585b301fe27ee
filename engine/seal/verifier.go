package seal

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

	"example.com/pgcqrs/engine/eventstore"
)

// Verifier compares the log with its seals for as long as the service runs, one part after another.
// It takes no lock: each process looks for itself, and nobody can keep it from that.
type Verifier struct {
	service   string
	pool      *pgxpool.Pool
	store     *eventstore.Store
	every     time.Duration
	logger    *slog.Logger
	pass      *verification // through the whole chain; nil: the next one has not begun
	before    *verification // the pass before; nil: this is the first
	newest    Seal          // the newest that was seen
	gone      int           // seals that were seen, and that are not in the chain any more: for good
	waits     int64         // position of the first event without a seal
	since     time.Time     // when it was seen first
	findings  prometheus.Gauge
	position  prometheus.Gauge
	unsealed  prometheus.Gauge
	lastRound prometheus.Gauge
	lastPass  prometheus.Gauge
}

// NewVerifier makes a Verifier that looks at some 10,000 events each time. every is how often.
func NewVerifier(service string, pool *pgxpool.Pool, store *eventstore.Store, every time.Duration, logger *slog.Logger, registerer prometheus.Registerer) *Verifier {
	metrics := promauto.With(registerer)
	return &Verifier{
		service: service, pool: pool, store: store, every: every, logger: logger,
		findings:  metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_verify_findings", Help: "Places where the log is not what was sealed, as this process has found them in its last pass through the chain, or in this one, and times that the newest seal it knew was gone."}),
		position:  metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_verify_position", Help: "Position up to which this process has compared the log with its seals, in this pass."}),
		unsealed:  metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_unsealed_seconds", Help: "Time since the first event that has no seal was recorded; 0: there is none."}),
		lastRound: metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_verify_last_round_timestamp_seconds", Help: "When this process has last compared a part of the log with its seals; 0: never."}),
		lastPass:  metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_verify_last_pass_timestamp_seconds", Help: "When this process has last come to the end of the chain; 0: never."}),
	}
}

// Run looks at one part after another until ctx ends, and begins again after the last one. Whatever
// fails is tried again.
func (v *Verifier) Run(ctx context.Context) error {
	tick := time.NewTicker(v.every)
	defer tick.Stop()
	for {
		if err := v.round(ctx); err != nil && ctx.Err() == nil {
			v.logger.WarnContext(ctx, "verification interrupted", "error", err, "retry_in", v.every)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (v *Verifier) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	end, err := readEnd(ctx, v.pool)
	if err != nil {
		return err
	}
	v.unsealed.Set(v.late(end).Seconds())
	if err := v.remember(ctx); err != nil {
		return err
	}
	if v.pass == nil {
		if v.pass, err = v.begin(ctx, end); err != nil {
			return err
		}
	}
	more, err := v.pass.step(ctx)
	v.tell(ctx)
	if err != nil {
		v.pass.ahead = nil // some of it may be lost: it is read again
		return err
	}
	v.position.Set(float64(v.pass.at.Position))
	v.lastRound.SetToCurrentTime()
	if !more || v.pass.at.Position >= end.sealed {
		v.lastPass.SetToCurrentTime()
		v.pass.ahead = nil
		v.before, v.pass = v.pass, nil
		v.findings.Set(float64(v.before.found + v.gone))
	}
	return nil
}

// late is for how long the first event without a seal has had none: as the event says, or as this process has seen,
// since whoever changes events can change their time.
func (v *Verifier) late(e end) time.Duration {
	switch {
	case e.unsealed == 0:
		v.waits = 0
		return 0
	case v.waits != e.unsealed:
		v.waits, v.since = e.unsealed, time.Now()
	}
	return max(e.waits, time.Since(v.since))
}

// remember looks whether the chain still leads to the newest seal that this process has seen. Seals that are gone are made
// anew, over whatever the log holds then, so this is found for as long as the process lives.
func (v *Verifier) remember(ctx context.Context) error {
	last, err := newest(ctx, v.pool) // before it is looked for the other: what goes between the two is missed by neither
	if err != nil {
		return err
	}
	if v.newest.Position > 0 {
		found, err := seals(ctx, v.pool, `WHERE position = $1`, v.newest.Position)
		if err != nil {
			return err
		}
		if len(found) == 0 || !bytes.Equal(found[0].Hash, v.newest.Hash) {
			v.gone++
			v.logger.ErrorContext(ctx, "a seal is gone: somebody has deleted it, or the database has lost commits: see ops chain verify", "position", v.newest.Position)
		}
	}
	v.newest = last
	return nil
}

// begin returns a new pass. The first one of a process begins anywhere: a process that lives shorter
// than a pass takes would never come to the end.
func (v *Verifier) begin(ctx context.Context, e end) (*verification, error) {
	pass := &verification{service: v.service, on: v.pool, store: v.store}
	if v.before != nil || e.sealed == 0 {
		return pass, nil
	}
	found, err := seals(ctx, v.pool, `WHERE position <= $1 ORDER BY position DESC LIMIT 1`, rand.Int64N(e.sealed)) //nolint:gosec // nobody gains by guessing it
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		pass.at = found[0]
	}
	return pass, nil
}

// tell logs what the pass before has not found, and keeps up what it has until this one is over.
func (v *Verifier) tell(ctx context.Context) {
	known := 0
	if v.before != nil {
		known = v.before.found
	}
	v.findings.Set(float64(max(known, v.pass.found) + v.gone))
	for ; v.pass.told < len(v.pass.findings); v.pass.told++ {
		finding := v.pass.findings[v.pass.told]
		if v.before == nil || !slices.Contains(v.before.findings, finding) {
			v.logger.ErrorContext(ctx, "the log is not what was sealed: see ops chain verify", "position", finding.Position, "what", finding.What)
		}
	}
}
