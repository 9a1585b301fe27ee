package command

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Loading of streams that have snapshots.
const (
	shortStream = 100 // events that are read before a snapshot is looked for
	findFor     = 500 * time.Millisecond
)

// errLong ends the load of a stream that may have a snapshot.
var errLong = errors.New("the stream is long")

// loadLong goes on from a stream's snapshot, or, where it has none that is of this log, from
// what was read of it.
func (h *Handler[S, C]) loadLong(ctx context.Context, id uuid.UUID, read snapshot[S]) (snapshot[S], error) {
	if kept, ok := h.findSnapshot(ctx, id); ok && kept.version > read.version {
		kept.age = read.age
		if at, err := h.goOn(ctx, id, kept); !errors.Is(err, event.ErrLogChanged) {
			return at, err
		}
	}
	return h.goOn(ctx, id, read)
}

// findSnapshot returns a stream's snapshot. One that can't be read is none: it is a shortcut.
func (h *Handler[S, C]) findSnapshot(ctx context.Context, id uuid.UUID) (at snapshot[S], found bool) {
	ctx, cancel := context.WithTimeout(ctx, findFor)
	defer cancel()
	kept, found, err := h.snapshots(ctx, h.streamType, id, h.shape)
	if err != nil || !found || json.Unmarshal(kept.State, &at.state) != nil {
		return snapshot[S]{}, false
	}
	at.version, at.position, at.last = kept.Version, kept.Position, kept.EventID
	return at, true
}
