package history

import (
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Span is the maximum number of events that are read for one answer, so that each answer takes only
// milliseconds.
const Span = 20_000

// mostStreams is the maximum number of streams with landmarks. The landmarks of the stream that was
// requested least recently are dropped.
const mostStreams = 256

// landmark is a cached state of an account, at a version that is a multiple of Span. The field
// event is the id of the last event in that state. A later read compares this id with the log, to
// detect that the log has lost the event.
type landmark struct {
	account Account
	event   uuid.UUID
}

// landmarks caches states of long streams, so that the next answer continues from a cached state.
type landmarks struct {
	mu     sync.Mutex
	recent *simplelru.LRU[uuid.UUID, []landmark] // by stream, in the order of versions, without a gap
}

func newLandmarks() *landmarks {
	recent, err := simplelru.NewLRU[uuid.UUID, []landmark](mostStreams, nil)
	if err != nil {
		panic(err) // NewLRU fails only for a size that is not positive
	}
	return &landmarks{recent: recent}
}

// before returns the last landmark of a stream at or before a version. If there is no landmark,
// before returns the zero landmark: the start of the stream.
func (l *landmarks) before(id uuid.UUID, version int64) landmark {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if at := min(version/Span, int64(len(known))); at > 0 {
		return known[at-1]
	}
	return landmark{}
}

// add appends the next landmark to the stored landmarks of a stream.
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
