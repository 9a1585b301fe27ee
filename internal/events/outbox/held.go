package outbox

import (
	"time"

	"github.com/google/uuid"
)

// held are the streams whose next message the broker did not take, each with a pause
// of its own before that is sent again.
type held map[uuid.UUID]pause

type pause struct {
	until time.Time
	last  time.Duration
}

// minBackoff is the first pause; each is twice the one before.
const minBackoff = 100 * time.Millisecond

// hold holds a stream, for longer than the last time.
func (h held) hold(stream uuid.UUID, most time.Duration) {
	next := min(max(2*h[stream].last, minBackoff), most)
	h[stream] = pause{time.Now().Add(next), next}
}

func (h held) release(stream uuid.UUID) { delete(h, stream) }

// streams are those that are held now.
func (h held) streams() []uuid.UUID {
	now, streams := time.Now(), make([]uuid.UUID, 0, len(h))
	for stream, p := range h {
		if now.Before(p.until) {
			streams = append(streams, stream)
		}
	}
	return streams
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
