package outbox

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// held are the streams whose next message the broker did not take, each with a pause
// of its own before that is sent again.
type held map[uuid.UUID]pause

type pause struct {
	position int64 // of that message
	until    time.Time
	last     time.Duration
}

// minBackoff is the first pause; each is twice the one before.
const minBackoff = 100 * time.Millisecond

// hold holds a stream at a message, for longer than the last time.
func (h held) hold(stream uuid.UUID, position int64, most time.Duration) {
	next := min(max(2*h[stream].last, minBackoff), most)
	h[stream] = pause{position, time.Now().Add(next), next}
}

func (h held) release(stream uuid.UUID) { delete(h, stream) }

func (h held) holds(stream uuid.UUID) bool {
	_, ok := h[stream]
	return ok
}

// streams are those that are held, due or not.
func (h held) streams() []uuid.UUID {
	streams := make([]uuid.UUID, 0, len(h))
	for stream := range h {
		streams = append(streams, stream)
	}
	return streams
}

// due returns the positions of at most so many messages whose pause is over, those first that
// have waited for longest.
func (h held) due(most int) []int64 {
	now, over := time.Now(), make([]pause, 0, len(h))
	for _, p := range h {
		if !now.Before(p.until) {
			over = append(over, p)
		}
	}
	slices.SortFunc(over, func(a, b pause) int { return a.until.Compare(b.until) })
	positions := make([]int64, 0, min(len(over), most))
	for _, p := range over[:min(len(over), most)] {
		positions = append(positions, p.position)
	}
	return positions
}

// next is how long until the first pause ends that has not; long if there is none.
func (h held) next() time.Duration {
	now, soonest := time.Now(), time.Hour
	for _, p := range h {
		if now.Before(p.until) {
			soonest = min(soonest, p.until.Sub(now))
		}
	}
	return soonest
}
