package waiting

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/turn"
)

// Waits bounds the number of reads that wait, and takes their place from them meanwhile.
type Waits struct {
	gate                admission.Gate
	subjects, addresses *admission.Shares
	turns               *turn.Turns
	turnedAway          *admission.TurnedAway
}

// New returns Waits in which no read waits, and registers the metric. At most most waits run at
// once, and of one client as many as limits allow.
func New(most int, limits admission.Limits, turns *turn.Turns, registry prometheus.Registerer, turnedAway *admission.TurnedAway) *Waits {
	w := &Waits{
		gate:     admission.Gate{Most: int64(most)},
		subjects: admission.NewShares(limits.SubjectWaits), addresses: admission.NewShares(limits.AddressWaits),
		turns: turns, turnedAway: turnedAway,
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_waiting_reads", Help: "Reads that wait for their Min-Position or Log-Epoch.",
	}, func() float64 { return float64(w.gate.Inside()) }))
	return w
}

// Run runs a wait, such as for a Min-Position, within the bounds of waits. Meanwhile the request
// gives up its place among the queries, and takes one again before the query runs, so that a long
// wait takes no place from other queries. Reads that are woken together all wait for a place,
// however many they are. ctx is the request's; the time limit of the wait does not apply to the
// wait for a place after it.
func (w *Waits) Run(ctx context.Context, wait func() error) error {
	known := request.Of(ctx)
	place := known.Place
	if err := w.bounded(known, func() error {
		known.Leave()
		return wait()
	}); err != nil {
		return err
	}
	if place == nil {
		return nil
	}
	return w.turns.Again(ctx, known, place)
}

// bounded runs a wait, unless too many run already: of all clients, of the subject or of the
// address.
func (w *Waits) bounded(known *request.Request, wait func() error) error {
	if !w.subjects.Enter(known.Caller.Subject) {
		return w.turnedAway.By("waits of subject", problem.ErrTooManyAtOnce)
	}
	defer w.subjects.Leave(known.Caller.Subject)
	if !w.addresses.Enter(known.Address) {
		return w.turnedAway.By("waits of address", problem.ErrTooManyAtOnce)
	}
	defer w.addresses.Leave(known.Address)
	if !w.gate.Enter() {
		return w.turnedAway.By("waits", problem.ErrTooManyWaits)
	}
	defer w.gate.Leave()
	return wait()
}
