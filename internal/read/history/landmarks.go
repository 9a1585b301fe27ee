package history

import (
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Span bounds how many events are folded for one answer, so that every answer takes only
// milliseconds.
const Span = 20_000

// mostStreams bounds how many streams have landmarks: those that were asked for last.
const mostStreams = 256

// landmark holds the state of an account at a multiple of Span events, and the last of these
// events: if the log went back, that event may be lost.
type landmark struct {
	account Account
	event   uuid.UUID
}

// landmarks remembers how far long streams were read, so that the next answer continues from there.
type landmarks struct {
	mu     sync.Mutex
	recent *simplelru.LRU[uuid.UUID, []landmark] // by stream, ordered by version, without a gap
}

func newLandmarks() *landmarks {
	recent, err := simplelru.NewLRU[uuid.UUID, []landmark](mostStreams, nil)
	if err != nil {
		panic(err) // happens only if the size is not positive
	}
	return &landmarks{recent: recent}
}

// before returns the last landmark of a stream at or before a version. The zero landmark is the
// beginning of the stream.
func (l *landmarks) before(id uuid.UUID, version int64) landmark {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if at := min(version/Span, int64(len(known))); at > 0 {
		return known[at-1]
	}
	return landmark{}
}

// add remembers the landmark that follows the known ones of a stream.
func (l *landmarks) add(id uuid.UUID, next landmark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, _ := l.recent.Get(id)
	if next.account.Version/Span == int64(len(known))+1 {
		l.recent.Add(id, append(slices.Clip(known), next))
	}
}

// drop forgets the landmarks of a stream.
func (l *landmarks) drop(id uuid.UUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent.Remove(id)
}
