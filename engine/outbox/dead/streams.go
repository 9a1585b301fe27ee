package dead

import (
	"maps"
	"slices"

	"github.com/google/uuid"
)

// streams has the dead streams (streams with a dead message) that may have messages in the outbox.
// The value for each stream is a position: the outbox has no message of the stream before this
// position. Earlier messages of the stream are in dead_messages. If an operator has moved them back
// to the outbox, the stream is not dead any more.
type streams map[uuid.UUID]int64

// add adds a dead stream that has a message in the outbox at the given position.
func (d streams) add(stream uuid.UUID, position int64) {
	if first, there := d[stream]; !there || position < first {
		d[stream] = position
	}
}

// moved records that the outbox has no message of the given streams up to and including the
// position to.
func (d streams) moved(to int64) {
	for stream, first := range d {
		d[stream] = max(first, to+1)
	}
}

// first returns the lowest position at which one of the streams may have a message.
func (d streams) first() int64 { return slices.Min(slices.Collect(maps.Values(d))) }

// all returns the streams.
func (d streams) all() []uuid.UUID {
	all := make([]uuid.UUID, 0, len(d))
	for stream := range d {
		all = append(all, stream)
	}
	return all
}
