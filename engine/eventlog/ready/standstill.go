package ready

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Bounds of a standstill.
const (
	manyStreams = 2               // an append that is held up alone may wait for a row of its own
	heldUpFor   = 5 * time.Second // a flight that was held up longer ago says nothing about now
)

// standstill is a series of flights that were held up by a lock, without a committed one among
// them.
type standstill struct {
	mu          sync.Mutex
	since, last time.Time
	streams     map[uuid.UUID]bool // whose appends were held up
	err         error              // of the last flight
}

// end notes that a flight has committed.
func (s *standstill) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() {
		s.since, s.last, s.streams, s.err = time.Time{}, time.Time{}, nil, nil
	}
}

// add notes a flight that was held up. If it has several appends it is not known which one was the
// cause; they are sent separately.
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
// the last flight, or 0 if they are not.
func (s *standstill) lasted() (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams) < manyStreams || time.Since(s.last) > heldUpFor {
		return 0, nil
	}
	return s.last.Sub(s.since), s.err
}
