package waiting

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/turn"
)

// Waits bounds reads that wait, and has them wait without a place.
type Waits struct {
	gate                admission.Gate
	subjects, addresses *admission.Shares
	turns               *turn.Turns
	turnedAway          *admission.TurnedAway
}

// New returns one in which nobody waits, whose metric is registered. At most waits run at once, and of one
// client as many as limits say.
func New(most int, limits admission.Limits, turns *turn.Turns, registry prometheus.Registerer, turnedAway *admission.TurnedAway) *Waits {
	w := &Waits{
		gate:     admission.Gate{Most: int64(most)},
		subjects: admission.NewShares(limits.SubjectWaits), addresses: admission.NewShares(limits.AddressWaits),
		turns: turns, turnedAway: turnedAway,
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_waiting_reads", Help: "Reads that wait, for their Min-Position or Log-Epoch.",
	}, func() float64 { return float64(w.gate.Inside()) }))
	return w
}

// Run runs what does nothing but wait, such as for a Min-Position: under bounds of its
// own, and without the request's place among the queries, which it takes again before the
// query runs. Those who wait, however long, take no place from those who don't. Those that are woken
// together all wait for a place, however many: as many as waited before. ctx is the request's; what bounds
// the wait does not bound the turn after it.
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

// bounded runs a wait, unless as many of all, of the subject or of the address do as may.
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
