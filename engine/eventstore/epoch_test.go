package eventstore

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

// A mark that was read beside another one stays until both are seen together: a log that went
// back between the two has lost one of them.
func TestMarksStayUntilTheyAreSeenTogether(t *testing.T) {
	t.Parallel()
	ids := make([]uuid.UUID, 8)
	for i := range ids {
		ids[i] = uuid.New()
	}
	s := &Store{}
	epoch := uuid.New()
	s.epochs.basis.Store((&basis{number: 1, epoch: epoch}).with(&basis{}, mark{1, ids[1]}))
	check := func(what string, want ...int64) {
		t.Helper()
		got := slices.Sorted(slices.Values(s.epochs.basis.Load().positions))
		if !slices.Equal(got, want) {
			t.Errorf("%s: marks at %v, want %v", what, got, want)
		}
	}
	first := s.epochs.basis.Load()
	s.advance(first, mark{3, ids[3]})
	check("a flight has landed", 3)
	s.advance(first, mark{5, ids[5]})
	check("a read that began before has seen more", 3, 5)
	s.advance(first, mark{3, ids[7]})
	check("another has seen another event", 3, 3, 5)
	s.advance(first, mark{1, ids[1]})
	check("another has seen nothing new", 3, 3, 5)
	both := s.epochs.basis.Load()
	s.advance(both, mark{4, ids[4]})
	check("all were seen together", 5)
	s.advance(&basis{number: 1, epoch: uuid.New()}, mark{9, ids[2]})
	check("a read of another epoch", 5)
	s.epochs.basis.Store(nil)
	s.advance(both, mark{9, ids[2]})
	if s.epochs.basis.Load() != nil {
		t.Error("a log that went back is known again by a read from before")
	}
}
