package epoch

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

// A mark is an event that a read has seen in the log. Two marks of two different reads both stay in
// the Basis until a single read sees both marks. If the log went back to an earlier state between
// the two reads, the log lacks one of the marks.
func TestMarksStayUntilTheyAreSeenTogether(t *testing.T) {
	t.Parallel()
	ids := make([]uuid.UUID, 8)
	for i := range ids {
		ids[i] = uuid.New()
	}
	h := &History{}
	epoch := uuid.New()
	h.basis.Store((&Basis{number: 1, Epoch: epoch}).with(&Basis{}, Mark{1, ids[1]}))
	check := func(what string, want ...int64) {
		t.Helper()
		got := slices.Sorted(slices.Values(h.basis.Load().Positions))
		if !slices.Equal(got, want) {
			t.Errorf("%s: marks at %v, want %v", what, got, want)
		}
	}
	first := h.basis.Load()
	h.Advance(first, Mark{3, ids[3]})
	check("a flight has committed", 3)
	h.Advance(first, Mark{5, ids[5]})
	check("a read that began before has seen more", 3, 5)
	h.Advance(first, Mark{3, ids[7]})
	check("another has seen another event", 3, 3, 5)
	h.Advance(first, Mark{1, ids[1]})
	check("another has seen nothing new", 3, 3, 5)
	both := h.basis.Load()
	h.Advance(both, Mark{4, ids[4]})
	check("all were seen together", 5)
	h.Advance(&Basis{number: 1, Epoch: uuid.New()}, Mark{9, ids[2]})
	check("a read of another epoch", 5)
	h.basis.Store(nil)
	h.Advance(both, Mark{9, ids[2]})
	if h.basis.Load() != nil {
		t.Error("a log that went back is known again by a read from before")
	}
}
