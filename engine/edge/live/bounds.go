package live

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Bounds has the limits of streaming answers. If a field is 0, its default value is used.
type Bounds struct {
	Connections  int           // how many answers may be open at the same time; 0: 512
	OfSubject    int           // how many answers of one subject may be open; 0: 32
	OfAddress    int           // how many answers of one address may be open; trusted proxies have no limit; 0: 128
	Beat         time.Duration // maximum time between two texts: if no event comes in this time, the current position is sent; 0: 10 s
	WriteTimeout time.Duration // how long a client may take to read what is sent; 0: 10 s
}

func (b Bounds) withDefaults() Bounds {
	b.Connections = cmp.Or(b.Connections, 512)
	b.OfSubject = cmp.Or(b.OfSubject, 32)
	b.OfAddress = cmp.Or(b.OfAddress, 128)
	b.Beat = cmp.Or(b.Beat, 10*time.Second)
	b.WriteTimeout = cmp.Or(b.WriteTimeout, 10*time.Second)
	return b
}

// Answers creates streaming answers, and limits how many of them are open.
type Answers struct {
	bounds              Bounds
	gate                admission.Gate
	subjects, addresses *admission.Shares
	turnedAway          *admission.TurnedAway
	ends                *prometheus.CounterVec
	logger              *slog.Logger
}

// New returns an Answers without open answers, and registers the metrics.
func New(bounds Bounds, registry prometheus.Registerer, turnedAway *admission.TurnedAway, logger *slog.Logger) *Answers {
	bounds = bounds.withDefaults()
	a := &Answers{
		bounds: bounds, gate: admission.Gate{Most: int64(bounds.Connections)}, turnedAway: turnedAway, logger: logger,
		subjects: admission.NewShares(bounds.OfSubject), addresses: admission.NewShares(bounds.OfAddress),
		ends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_streams_ended_total", Help: "Streaming answers that have ended, by the reason.",
		}, []string{"why"}),
	}
	registry.MustRegister(a.ends, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_streams_open", Help: "Streaming answers that are open, such as those of the feed.",
	}, func() float64 { return float64(a.gate.Inside()) }), prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_streams_limit", Help: "Largest number of streaming answers that may be open at the same time.",
	}, func() float64 { return float64(bounds.Connections) }))
	for _, why := range []string{"client gone", "too slow", "complete", "draining", "log_changed", "token_expired", "unavailable"} {
		a.ends.WithLabelValues(why) // so that the series begins at 0
	}
	return a
}

// enter counts one more open answer, or returns an error if too many answers are open. The caller
// must call leave when the answer has ended.
func (a *Answers) enter(ctx context.Context) (leave func(), err error) {
	known := request.Of(ctx)
	subject, address := known.Caller.Subject, known.Address
	if !a.subjects.Enter(subject) {
		return nil, a.turnedAway.By("streams of subject", problem.ErrTooManyAtOnce)
	}
	if !a.addresses.Enter(address) {
		a.subjects.Leave(subject)
		return nil, a.turnedAway.By("streams of address", problem.ErrTooManyAtOnce)
	}
	if !a.gate.Enter() {
		a.addresses.Leave(address)
		a.subjects.Leave(subject)
		return nil, a.turnedAway.By("streams", problem.ErrTooManyStreams)
	}
	return func() {
		a.gate.Leave()
		a.addresses.Leave(address)
		a.subjects.Leave(subject)
	}, nil
}
