//go:build linux

package main

import (
	"slices"

	"github.com/google/uuid"
)

// forgetLost leaves out of a history what went with the log that was lost: answers of an
// epoch before the last one, and messages of events that are not there any more. What is
// left must hold as always.
func (h *history) forgetLost() {
	last, kept, spoken := h.lastEpoch(), make(map[uuid.UUID]bool, len(h.log)), make(map[string]bool)
	for _, e := range h.log {
		kept[e.id] = true
	}
	h.calls = slices.Clone(h.calls)
	for n, c := range h.calls {
		if c.epoch != "" { // while the log's new head is not read there is none
			spoken[c.epoch] = true
		}
		if c.epoch != last {
			h.calls[n].status, h.calls[n].code = 0, "" // as if no answer had come
		}
	}
	h.epochs = len(spoken)
	h.published = slices.DeleteFunc(h.published, func(m published) bool { return !kept[m.id] })
}

// lastEpoch is the epoch of the answer that came last.
func (h *history) lastEpoch() (epoch string) {
	var done int64
	for _, c := range h.calls {
		if c.epoch != "" && c.done.Nanoseconds() > done {
			done, epoch = c.done.Nanoseconds(), c.epoch
		}
	}
	return epoch
}

// epochs compares how often history was lost with how many epochs answers spoke of.
func epochs(e *evidence, v *verdict) {
	for _, s := range e.spans {
		if loses(s.kind) {
			v.Looked++
		}
	}
	if e.epochs != v.Looked+1 {
		v.violated("history was lost %d times, and there were %d epochs", v.Looked, e.epochs)
	}
}

func loses(kind string) bool {
	return slices.ContainsFunc(promotions(true), func(p promotion) bool { return p.kind == kind })
}
