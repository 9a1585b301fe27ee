package history

import (
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Span is how many events are folded for one answer at most, so that each answer takes only
// milliseconds.
const Span = 20_000

// mostStreams is how many streams have landmarks: the most recently requested ones.
const mostStreams = 256

// landmark is the state of an account at a version that is a multiple of Span, and the last event
// in that state: if the log went back, that event may be lost.
type landmark struct {
	account Account
	event   uuid.UUID
}

// landmarks caches how far long streams were read, so that the next answer continues from there.
type landmarks struct {
	mu     sync.Mutex
	recent *simplelru.LRU[uuid.UUID, []landmark] // by stream, in the order of versions, without a gap
}

func newLandmarks() *landmarks {
	recent, err := simplelru.NewLRU[uuid.UUID, []landmark](mostStreams, nil)
	if err != nil {
		panic(err) // only if the size is not positive
	}
	return &landmarks{recent: recent}
}

// before returns the last landmark of a stream at or before a version. The zero landmark is the
// start of the stream.
func (l *landmarks) before(id uuid.UUID, version int64) landmark {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if at := min(version/Span, int64(len(known))); at > 0 {
		return known[at-1]
	}
	return landmark{}
}

// add stores the landmark that follows the known landmarks of a stream.
func (l *landmarks) add(id uuid.UUID, next landmark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if next.account.Version/Span == int64(len(known))+1 {
		l.recent.Add(id, append(slices.Clip(known), next))
	}
}

// drop deletes the landmarks of a stream.
func (l *landmarks) drop(id uuid.UUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent.Remove(id)
}
