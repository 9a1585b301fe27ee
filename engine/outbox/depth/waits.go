package depth

import (
	"time"

	"example.com/pgcqrs/engine/pg/clock"
)

// waits measures how long the oldest message has been in the outbox, from the moment at which this
// process first saw the message. The times in the messages are not used for that, because they come
// from the clock of the API process, which somebody may set.
type waits struct {
	seen    clock.Sightings
	highest int64
}

// age returns how long the message at position oldest has waited, or 0 if oldest is 0. The
// parameter newest is the highest position in the outbox. This position may be lower than at the
// last call, because newer messages may be sent while the oldest message waits.
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
