package load

import (
	"context"
	"fmt"
	"math"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/eventlog/read"
)

// New returns a Loader.
func New(reader *read.Reader, reads *confirm.Reads, history *epoch.History, decode event.Decode) *Loader {
	l := &Loader{reader: reader, reads: reads, history: history, decode: decode}
	l.first = gather.New(l.readFirst)
	return l
}

// Load decodes the events of a stream after a version (0: all events) and calls the function each
// for every event, in order. The events have no metadata, because no decision needs metadata. For a
// stream without events, Load returns nil. If the stream has another type than streamType, Load
// returns event.ErrOtherStream. Load reads every event that was appended before the call, and reads
// only events that a promotion of the standby would not lose. Concurrent loads share a round trip,
// and a long stream is read in pages. If Load ends early, for example because ctx ends, the events
// that Load has passed to the function each are valid. Another Load can continue after the last of
// these events. If Load returns event.ErrLogChanged, the log went back to an earlier state during
// the load. The caller must then drop all events that the function each has got.
func (l *Loader) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return l.LoadTo(ctx, streamType, id, after, math.MaxInt64, each)
}

// LoadTo works like Load, but stops after the event with the version upTo. The cost of LoadTo
// depends on the number of events up to upTo, and not on the length of the stream.
func (l *Loader) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	first, err := l.first.Get(ctx, start{id, after}) // the events are in order, because the server's plan is a nested loop over index ranges
	if err != nil {
		return fmt.Errorf("load events: %w", fate.Unavailable(err))
	}
	s := &stream{loader: l, streamType: streamType, id: id, version: after, upTo: upTo, each: each, limit: firstEvents}
	more := len(first) == firstEvents
	for _, e := range first {
		if e.Data == nil { // the events are large
			more, s.limit = true, s.count
			break
		}
		if err := s.take(e); err != nil {
			return err
		}
	}
	for more && s.version < upTo {
		if more, err = s.readPage(ctx); err != nil {
			return err
		}
	}
	return nil
}
