package backoff

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Min is the first backoff of a stream. Each further backoff of the stream is twice as long as the
// one before, up to a maximum.
const Min = 100 * time.Millisecond

// Streams has an entry for each waiting stream: the broker did not accept the stream's next
// message. The entry says which message waits, and until when.
type Streams map[uuid.UUID]Pause

// Pause is the backoff of a stream: the message that waits, and the time until which it waits.
type Pause struct {
	Position int64 // position of the message that waits
	until    time.Time
	last     time.Duration
}

// Hold makes a stream wait, because the broker did not accept one of its messages. The parameter
// position is the position of this message. The backoff is twice as long as the stream's last
// backoff, but not longer than the argument most.
func (h Streams) Hold(stream uuid.UUID, position int64, most time.Duration) {
	next := min(max(2*h[stream].last, Min), most)
	h[stream] = Pause{position, time.Now().Add(next), next}
}

// Release ends the wait of a stream and forgets the stream's backoff.
func (h Streams) Release(stream uuid.UUID) { delete(h, stream) }

// Holds reports whether a stream waits.
func (h Streams) Holds(stream uuid.UUID) bool {
	_, ok := h[stream]
	return ok
}

// All returns all streams that wait, whether or not their backoff has ended.
func (h Streams) All() []uuid.UUID {
	streams := make([]uuid.UUID, 0, len(h))
	for stream := range h {
		streams = append(streams, stream)
	}
	return streams
}

// Due returns the positions of messages whose backoff has ended. The message whose backoff ended
// first comes first. The parameter most limits the number of positions.
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

// Next returns the time until the next backoff ends, or one hour if no backoff is running.
func (h Streams) Next() time.Duration {
	now, soonest := time.Now(), time.Hour
	for _, p := range h {
		if now.Before(p.until) {
			soonest = min(soonest, p.until.Sub(now))
		}
	}
	return soonest
}
