package ready

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Bounds of a standstill.
const (
	manyStreams = 2               // fewest streams of a standstill: one stream alone may wait for its own row
	heldUpFor   = 5 * time.Second // a flight that was held up longer ago does not count
)

// standstill is a series of flights that a lock has held up, without a committed flight among them.
type standstill struct {
	mu          sync.Mutex
	since, last time.Time
	streams     map[uuid.UUID]bool // streams whose appends were held up
	err         error              // error of the last flight
}

// end records that a flight has committed, which ends the standstill.
func (s *standstill) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() {
		s.since, s.last, s.streams, s.err = time.Time{}, time.Time{}, nil, nil
	}
}

// add records a flight that was held up. If the flight has several appends, it is not known which
// append is the cause, and add records no stream; these appends are then sent separately.
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

// lasted returns how long the appends of several streams have been held up, with the error of the
// last flight. lasted returns 0 if appends are not held up.
func (s *standstill) lasted() (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams) < manyStreams || time.Since(s.last) > heldUpFor {
		return 0, nil
	}
	return s.last.Sub(s.since), s.err
}
