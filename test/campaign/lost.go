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
	last, kept := h.lastEpoch(), make(map[uuid.UUID]bool, len(h.log))
	for _, e := range h.log {
		kept[e.id] = true
	}
	h.calls = slices.Clone(h.calls)
	for n, c := range h.calls {
		if c.epoch != last {
			h.calls[n].status, h.calls[n].code = 0, "" // as if no answer had come
		}
	}
	h.published = slices.DeleteFunc(h.published, func(m published) bool { return !kept[m.id] })
	h.tail, h.tailSaid = slices.Clone(h.log), nil
}

// lastEpoch is the epoch of the answer that came last.
func (h *history) lastEpoch() (epoch string) {
	var done int64
	for _, c := range h.calls {
		if c.status != 0 && c.done.Nanoseconds() > done {
			done, epoch = c.done.Nanoseconds(), c.epoch
		}
	}
	return epoch
}

// epochs counts those that answers spoke of.
func (h *history) epochs() int {
	seen := make(map[string]bool)
	for _, c := range h.calls {
		if c.status != 0 {
			seen[c.epoch] = true
		}
	}
	return len(seen)
}
