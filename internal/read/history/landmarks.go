package history

import (
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Span is how many events are folded for one answer, at most: whatever is asked for, it takes
// milliseconds.
const Span = 20_000

// mostStreams is how many streams have landmarks, those that were asked for last.
const mostStreams = 256

// landmark is an account as it was after a multiple of Span events, and the last of them: a
// log that went back may have lost it.
type landmark struct {
	account Account
	event   uuid.UUID
}

// landmarks remember how far long streams were read, so that the next answer goes on from there.
type landmarks struct {
	mu     sync.Mutex
	recent *simplelru.LRU[uuid.UUID, []landmark] // of each stream by version, without a gap
}

func newLandmarks() *landmarks {
	recent, err := simplelru.NewLRU[uuid.UUID, []landmark](mostStreams, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &landmarks{recent: recent}
}

// before returns the last landmark of a stream at a version or before; the zero landmark is
// its beginning.
func (l *landmarks) before(id uuid.UUID, version int64) landmark {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if at := min(version/Span, int64(len(known))); at > 0 {
		return known[at-1]
	}
	return landmark{}
}

// add remembers the landmark that follows those that are known of a stream.
func (l *landmarks) add(id uuid.UUID, next landmark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if next.account.Version/Span == int64(len(known))+1 {
		l.recent.Add(id, append(slices.Clip(known), next))
	}
}

// drop forgets what is known of a stream.
func (l *landmarks) drop(id uuid.UUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent.Remove(id)
}
