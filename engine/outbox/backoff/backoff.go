package backoff

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Min is the first backoff; each is twice the one before.
const Min = 100 * time.Millisecond

// Streams has the streams whose next message the broker did not take, each with a backoff of its
// own before that message is sent again.
type Streams map[uuid.UUID]Pause

// Pause is the backoff of a stream, at a message.
type Pause struct {
	Position int64 // of that message
	until    time.Time
	last     time.Duration
}

// Hold makes a stream wait at a message, for longer than the last time.
func (h Streams) Hold(stream uuid.UUID, position int64, most time.Duration) {
	next := min(max(2*h[stream].last, Min), most)
	h[stream] = Pause{position, time.Now().Add(next), next}
}

// Release ends the wait of a stream.
func (h Streams) Release(stream uuid.UUID) { delete(h, stream) }

// Holds reports whether a stream waits.
func (h Streams) Holds(stream uuid.UUID) bool {
	_, ok := h[stream]
	return ok
}

// All returns the streams that wait, due or not.
func (h Streams) All() []uuid.UUID {
	streams := make([]uuid.UUID, 0, len(h))
	for stream := range h {
		streams = append(streams, stream)
	}
	return streams
}

// Due returns the positions of at most that many messages whose backoff is over, the longest
// waiting first.
func (h Streams) Due(most int) []int64 {
	now, over := time.Now(), make([]Pause, 0, len(h))
	for _, p := range h {
		if !now.Before(p.until) {
			over = append(over, p)
		}
	}
	slices.SortFunc(over, func(a, b Pause) int { return a.until.Compare(b.until) })
	positions := make([]int64, 0, min(len(over), most))
	for _, p := range over[:min(len(over), most)] {
		positions = append(positions, p.Position)
	}
	return positions
}

// Next returns the time until the next backoff ends, or a long time if there is none.
func (h Streams) Next() time.Duration {
	now, soonest := time.Now(), time.Hour
	for _, p := range h {
		if now.Before(p.until) {
			soonest = min(soonest, p.until.Sub(now))
		}
	}
	return soonest
}
