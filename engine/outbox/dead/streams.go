package dead

import (
	"maps"
	"slices"

	"github.com/google/uuid"
)

// streams has the streams with messages in the outbox that follow a dead one, each with the
// position from which on it may have some. Messages before it are gone, or were redriven, and then
// the streams are not dead.
type streams map[uuid.UUID]int64

// add adds a stream that has a message at a position.
func (d streams) add(stream uuid.UUID, position int64) {
	if first, there := d[stream]; !there || position < first {
		d[stream] = position
	}
}

// moved notes that all of their messages up to a position are gone.
func (d streams) moved(to int64) {
	for stream, first := range d {
		d[stream] = max(first, to+1)
	}
}

// first returns the lowest of the positions.
func (d streams) first() int64 { return slices.Min(slices.Collect(maps.Values(d))) }

// all returns the streams.
func (d streams) all() []uuid.UUID {
	all := make([]uuid.UUID, 0, len(d))
	for stream := range d {
		all = append(all, stream)
	}
	return all
}
