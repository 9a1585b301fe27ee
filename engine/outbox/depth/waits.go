package depth

import (
	"time"

	"example.com/pgcqrs/engine/pg/clock"
)

// waits tells for how long the oldest message has been in the outbox, as far as this process
// has seen. It asks no clock that somebody may set: messages have that of the API process.
type waits struct {
	seen    clock.Sightings
	highest int64
}

// age is that of the message at position oldest, 0: there is none. The newest may be sent
// before it.
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
