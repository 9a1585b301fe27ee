//go:build linux

package history

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
)

func (h *History) Note(s Span) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Spans = append(h.Spans, s)
}

func (h *History) Faults() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.Spans)
}

// Tally counts the commands that got an answer other than a server error. Tally also counts the
// calls by their answer: a status with its code, or no answer.
func (h *History) Tally() {
	answered := make(map[uuid.UUID]bool)
	h.Answers = make(map[string]int)
	for _, c := range h.Calls {
		h.Answers[answers.AnswerOf(c.Status, c.Code)]++
		if c.Status != 0 && c.Status < 500 {
			answered[c.Command.Key] = true
		}
	}
	h.Commands = len(answered)
}

func (h *History) NoteIntrusion(i Intrusion) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Intrusions = append(h.Intrusions, i)
}

func (h *History) NoteLocking(l Locking) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Lockings = append(h.Lockings, l)
}

func (h *History) NoteProbe(p Probe) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Probes = append(h.Probes, p)
}

// Touch records that a fault has changed the account statement of this account. The checks then
// ignore the answers to queries for this account statement during the run. They do not ignore the
// answers at the end of the run.
func (h *History) Touch(account uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.Touched == nil {
		h.Touched = make(map[uuid.UUID]bool)
	}
	h.Touched[account] = true
}

func (h *History) NoteParked(got []answers.ParkedRead) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Parked = append(h.Parked, got...)
}

// Off returns the smallest and the largest error that the server's clock may have had between two
// times.
func (h *History) Off(from, to time.Duration) (least, most time.Duration) {
	offs := []time.Duration{0}
	for _, change := range h.Clock {
		if change.From > to {
			break
		}
		if change.To < from {
			offs = offs[:0] // earlier errors no longer apply
		}
		offs = append(offs, change.Off)
	}
	return slices.Min(offs), slices.Max(offs)
}
