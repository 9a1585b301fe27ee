package waiting

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/turn"
)

// Waits limits the number of reads that wait. A read gives its slot back while it waits.
type Waits struct {
	gate                admission.Gate
	subjects, addresses *admission.Shares
	turns               *turn.Turns
	turnedAway          *admission.TurnedAway
}

// New returns Waits in which no read waits, and registers the metric. most is how many reads may
// wait at the same time, and limits says how many reads of one client may wait.
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

// Run runs the function wait, for example a wait for a Min-Position, within the limits. The
// request gives its slot back before the wait, so that a long wait uses no slot, and gets a slot
// again after the wait. If many reads stop waiting at the same time, all of them wait for a
// slot. ctx must be the request's context, without the time limit of the wait: that time limit
// must not apply to the wait for a slot afterwards.
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

// bounded runs the function wait. If too many reads already wait, of all clients, of the subject
// or of the address, bounded fails and does not run the function.
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
