package ready

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Limits that define a standstill.
const (
	manyStreams = 2               // smallest number of streams in a standstill: the appends of a single stream may wait for a row that only they need
	heldUpFor   = 5 * time.Second // a flight that failed longer ago does not count
)

// standstill is a series of flights (transactions that append) that failed because they waited too
// long for a lock. No flight has committed during the series.
type standstill struct {
	mu          sync.Mutex
	since, last time.Time
	streams     map[uuid.UUID]bool // streams whose appends failed because of a lock
	err         error              // error of the last flight
}

// end records that a flight (transaction that appends) has committed, which ends the standstill.
func (s *standstill) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() {
		s.since, s.last, s.streams, s.err = time.Time{}, time.Time{}, nil, nil
	}
}

// add records a flight (transaction that appends) that failed because it waited too long for a
// lock. add records the stream only if the flight had a single append. For a flight with several
// appends, it is not known which append waited. The appends of such a flight are sent again
// separately.
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

// lasted returns how long the standstill has lasted, and the last error. If the appends of fewer
// than two streams have failed, or if no append has failed recently, lasted returns 0.
func (s *standstill) lasted() (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams) < manyStreams || time.Since(s.last) > heldUpFor {
		return 0, nil
	}
	return s.last.Sub(s.since), s.err
}
