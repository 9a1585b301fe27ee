package repeats

import (
	"context"
	"log/slog"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// Handler is a slog.Handler that passes on a limited number of lines that are the same in each
// Period. After the Period, the Handler writes a line with the number of lines that it has held
// back. Lines below the level info are not limited: somebody has asked for them.
type Handler struct {
	next   slog.Handler
	with   slog.Attr // first attribute of WithAttrs that is in apart; zero: none
	counts *counts
}

// New returns a Handler that passes on, of lines that are the same, at most the given number in each
// Period. The registerer may be nil.
func New(next slog.Handler, most int, registerer prometheus.Registerer) *Handler {
	return &Handler{next: next, counts: newCounts(next, most, registerer)}
}

// Flush writes how many lines have been held back so far. The process calls Flush before it ends.
func (h *Handler) Flush() { h.counts.flush() }

// Unlimited returns the handler behind h. Lines that must never be held back go to it: the lines of
// the access log, and the lines that say who has read or changed something.
func (h *Handler) Unlimited() slog.Handler { return h.next }

// Enabled reports whether lines of the level are written.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle passes a line on, or holds it back and counts it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelInfo && !h.counts.allow(identityOf(r, h.with), r) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

// WithAttrs returns a Handler that adds attributes to each line.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.next = h.next.WithAttrs(attrs)
	for _, a := range attrs {
		if with.with.Key == "" && slices.Contains(apart, a.Key) {
			with.with = slog.String(a.Key, a.Value.Resolve().String())
		}
	}
	return &with
}

// WithGroup returns a Handler that opens a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	with := *h
	with.next = h.next.WithGroup(name)
	return &with
}
