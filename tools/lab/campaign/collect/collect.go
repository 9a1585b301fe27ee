//go:build linux

package collect

import (
	"context"
	"slices"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/loglines"
	"example.com/pgcqrs/tools/lab/campaign/observers"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/prove"
	"example.com/pgcqrs/tools/lab/campaign/search"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Collect reads all data that the run has left, once nothing changes any more.
func Collect(ctx context.Context, h *history.History, w *world.World, o options.Options, seen *observers.Observers) (err error) {
	if h.Log, err = observers.ReadLog(ctx, w.Postgres.Owner()); err != nil {
		return err
	}
	if o.Occasion() == options.Steady { // otherwise a promotion may have undone commits that the observers had already seen
		if err := seen.Reach(ctx, int64(len(h.Log))); err != nil {
			return err
		}
	}
	seen.Stop()
	for _, at := range seen.TailAt {
		h.TailAt = append(h.TailAt, at.Sub(h.Started))
	}
	h.Tail, h.TailSaid, h.Totals = seen.Tail, seen.TailSaid, seen.Totals
	if o.Occasion() != options.Steady {
		h.Tail, h.TailSaid, h.TailAt = slices.Clone(h.Log), nil, nil
	}
	if h.Models, err = readModels(ctx, w.Postgres.Owner()); err != nil {
		return err
	}
	if h.Copies, err = readCopies(ctx, w); err != nil {
		return err
	}
	if h.Kept, err = readSnapshots(ctx, w); err != nil {
		return err
	}
	if h.Keys, err = readKeys(ctx, w.Postgres.Owner()); err != nil {
		return err
	}
	if h.Listed, err = list(ctx, w, int64(len(h.Log))); err != nil {
		return err
	}
	if err := collectPeople(ctx, h, w); err != nil {
		return err
	}
	h.Transfers = append(h.Transfers, readTransfers(ctx, w, h.Log)...)
	if h.Courses, err = readCourses(ctx, w.Postgres.Owner()); err != nil {
		return err
	}
	if h.Own, err = prove.Ask(ctx, w); err != nil {
		return err
	}
	if h.Logs, err = loglines.Read(w); err != nil {
		return err
	}
	h.Clock = w.Postgres.Clock.Offsets(h.Started)
	if h.Published, err = w.Broker.Messages(ctx); o.Lossy {
		h.ForgetLost()
	}
	return err
}

// collectPeople reads all data about customers, and searches for the customers' texts in every
// place where the service stores something.
func collectPeople(ctx context.Context, h *history.History, w *world.World) (err error) {
	h.People = append(h.People, readPeople(ctx, w, h.Log)...)
	if h.Persons, err = readKeyRows(ctx, w.Postgres.Owner()); err != nil {
		return err
	}
	h.Searched, err = search.Search(ctx, w)
	return err
}
