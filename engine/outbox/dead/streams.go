package dead

import (
	"maps"
	"slices"

	"github.com/google/uuid"
)

// Streams are those whose messages have come up behind a dead one, with the position from
// which on they may have some in the outbox. Those before are gone, or were redriven, and then the
// streams are not dead.
type Streams map[uuid.UUID]int64

// Add adds a stream that has a message at a position.
func (d Streams) Add(stream uuid.UUID, position int64) {
	if first, there := d[stream]; !there || position < first {
		d[stream] = position
	}
}

// Moved takes in that all of their messages up to a position are gone.
func (d Streams) Moved(to int64) {
	for stream, first := range d {
		d[stream] = max(first, to+1)
	}
}

// First returns the lowest of the positions.
func (d Streams) First() int64 { return slices.Min(slices.Collect(maps.Values(d))) }

// All returns the streams.
func (d Streams) All() []uuid.UUID {
	streams := make([]uuid.UUID, 0, len(d))
	for stream := range d {
		streams = append(streams, stream)
	}
	return streams
}
