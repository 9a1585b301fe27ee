package depth

import (
	"time"

	"example.com/pgcqrs/engine/pg/clock"
)

// waits measures for how long the oldest message has been in the outbox, as far as this process has
// seen. It uses no clock that can be set: messages have the time of the API process.
type waits struct {
	seen    clock.Sightings
	highest int64
}

// age returns how long the message at position oldest has waited, or 0 if oldest is 0. The newest
// message may be sent before the oldest.
func (w *waits) age(oldest, newest int64) time.Duration {
	if oldest == 0 {
		*w = waits{}
		return 0
	}
	w.highest = max(w.highest, newest)
	w.seen.See(w.highest)
	w.seen.Forget(oldest)
	return w.seen.Age(oldest)
}
