package verify

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/eventlog"
)

// Chain compares a service's log with the whole chain. If scope.Since is set, Chain compares only
// the events after the earlier head scope.Kept. If the chain does not contain this head, Chain then
// compares no events. Chain also looks for events that no link covers. Meanwhile, Chain calls the
// function progress with two positions: the last position that was compared, and the last position
// of the chain.
func Chain(ctx context.Context, service string, pool *pgxpool.Pool, store *eventlog.Store, scope Scope, progress func(position, of int64)) (Report, error) {
	end, err := readEnd(ctx, pool)
	if err != nil {
		return Report{}, err
	}
	w := walk{service: service, on: pool, store: store, kept: scope.Kept}
	if scope.Since {
		if err := w.beginAt(ctx, *scope.Kept); err != nil {
			return Report{}, err
		}
	}
	report := Report{Since: w.at.Position}
	for more := w.met || !scope.Since; more; {
		if more, err = w.step(ctx); err != nil {
			return Report{}, err
		}
		progress(w.at.Position, max(w.at.Position, end.linked))
	}
	w.compareHeads(end.linked)
	w.lookOutside(end, max(scope.Late, Late))
	report.Head, report.Findings = chain.Head{Position: w.at.Position, Hash: w.at.Hash}, append([]Finding{}, w.findings...)
	report.Unlinked = max(end.head-w.at.Position, 0)
	return report, nil
}

func (w *walk) compareHeads(linked int64) {
	switch {
	case w.kept == nil || w.met:
	case w.kept.Position > linked:
		w.find(w.kept.Position, "the head that was kept is at this position, and the chain ends at %d: events and links are gone", linked)
	default:
		w.find(w.kept.Position, "the chain does not lead to the head that was kept: events and links up to here were rewritten")
	}
}

// lookOutside adds a finding if an event that no link covers is at least as old as the parameter
// late.
func (w *walk) lookOutside(e end, late time.Duration) {
	switch waits := e.waits.Round(time.Second); {
	case e.outside == 0 || e.waits < late:
	case e.linked == 0:
		w.find(e.outside, "there are no links, and this event was recorded %s ago: they were deleted, or nobody adds any", waits)
	default:
		w.find(e.outside, "the chain ends before this event, which was recorded %s ago: the last links were deleted, or nobody adds any", waits)
	}
}
