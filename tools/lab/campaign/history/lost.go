//go:build linux

package history

import (
	"slices"

	"github.com/google/uuid"
)

// ForgetLost adapts a history to a log that has lost events. After each loss, the log gets another
// epoch, which is the name of one history of the log. ForgetLost treats each call as unanswered
// whose answer does not have the last epoch. It also removes the messages of events that no longer
// exist. The rest of the history must still fulfil the guarantees.
func (h *History) ForgetLost() {
	last, kept, spoken := h.lastEpoch(), make(map[uuid.UUID]bool, len(h.Log)), make(map[string]bool)
	for _, e := range h.Log {
		kept[e.Id] = true
	}
	h.Calls = slices.Clone(h.Calls)
	for n, c := range h.Calls {
		if c.Epoch != "" { // an answer has no epoch until the API has read the end of the new log
			spoken[c.Epoch] = true
		}
		if c.Epoch != last {
			h.Calls[n].Status, h.Calls[n].Code = 0, "" // treat the call as if it had no answer
		}
	}
	h.Epochs = len(spoken)
	h.Published = slices.DeleteFunc(h.Published, func(m Published) bool { return !kept[m.Id] })
}

// lastEpoch returns the epoch in the latest answer. An epoch is the name of one history of the log.
func (h *History) lastEpoch() (epoch string) {
	var done int64
	for _, c := range h.Calls {
		if c.Epoch != "" && c.Done.Nanoseconds() > done {
			done, epoch = c.Done.Nanoseconds(), c.Epoch
		}
	}
	return epoch
}
