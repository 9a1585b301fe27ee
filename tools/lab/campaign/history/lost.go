//go:build linux

package history

import (
	"slices"

	"github.com/google/uuid"
)

// ForgetLost leaves out of a history what went with the log that was lost: answers of an
// epoch before the last one, and messages of events that are not there any more. What is
// left must hold as always.
func (h *History) ForgetLost() {
	last, kept, spoken := h.lastEpoch(), make(map[uuid.UUID]bool, len(h.Log)), make(map[string]bool)
	for _, e := range h.Log {
		kept[e.Id] = true
	}
	h.Calls = slices.Clone(h.Calls)
	for n, c := range h.Calls {
		if c.Epoch != "" { // while the log's new head is not read there is none
			spoken[c.Epoch] = true
		}
		if c.Epoch != last {
			h.Calls[n].Status, h.Calls[n].Code = 0, "" // as if no answer had come
		}
	}
	h.Epochs = len(spoken)
	h.Published = slices.DeleteFunc(h.Published, func(m Published) bool { return !kept[m.Id] })
}

// lastEpoch is the epoch of the answer that came last.
func (h *History) lastEpoch() (epoch string) {
	var done int64
	for _, c := range h.Calls {
		if c.Epoch != "" && c.Done.Nanoseconds() > done {
			done, epoch = c.Done.Nanoseconds(), c.Epoch
		}
	}
	return epoch
}
