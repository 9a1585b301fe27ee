package ready

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Bounds of a standstill.
const (
	manyStreams = 2               // one that is held up alone is its own trouble: a row of its own is locked
	heldUpFor   = 5 * time.Second // a flight that was held up longer ago tells nothing of now
)

// standstill is flights that were held up by a lock, with none that has landed among them.
type standstill struct {
	mu          sync.Mutex
	since, last time.Time
	streams     map[uuid.UUID]bool // whose appends were
	err         error              // of the last flight
}

// end says that a flight has landed.
func (s *standstill) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() {
		s.since, s.last, s.streams, s.err = time.Time{}, time.Time{}, nil, nil
	}
}

// add adds a flight that was held up. Of one with several appends nobody knows which was: they are
// sent apart.
func (s *standstill) add(appends int, stream uuid.UUID, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.since.IsZero() || now.Sub(s.last) > heldUpFor {
		s.since, s.streams = now, make(map[uuid.UUID]bool)
	}
	s.last, s.err = now, err
	if appends == 1 && len(s.streams) < manyStreams {
		s.streams[stream] = true
	}
}

// lasted returns for how long the appends of several streams have been held up, with the error of
// the last flight; 0 if they are not.
func (s *standstill) lasted() (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams) < manyStreams || time.Since(s.last) > heldUpFor {
		return 0, nil
	}
	return s.last.Sub(s.since), s.err
}
