package waiting

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/turn"
)

// Waits limits the number of reads that wait. A read frees its execution slot while it waits.
type Waits struct {
	gate                admission.Gate
	subjects, addresses *admission.Shares
	turns               *turn.Turns
	turnedAway          *admission.TurnedAway
}

// New returns Waits in which no read waits, and registers the metric. The parameter most is the
// number of reads that may wait at the same time; limits has the number for one client.
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

// Run calls the function wait, which for example waits for a Min-Position. If too many reads
// already wait, Run returns an error and does not call the function wait. The request frees its
// execution slot before the wait, so that a long wait uses no slot. After wait has returned, Run
// waits for a new slot. The function wait may have a time limit. The parameter ctx must be the
// request's context without this limit, because the limit must not apply to the wait for a slot.
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

// bounded calls the function wait. If too many reads of all clients, of the subject or of the
// address already wait, bounded returns an error, and does not call the function.
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
