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

// Load decodes a stream's events after a version (0: all) and calls each for them, in order,
// without their metadata, on which no decision rests. A stream without events is no error. A stream
// of another type is event.ErrOtherStream. Load sees what was appended before it was called, and
// what it sees would survive a promotion; streams that are loaded at the same time share a round
// trip. A long stream is read in pages. If Load ends early, for example because ctx ends, the
// events that each was called for stay valid: another Load after the last of them goes on. After
// event.ErrLogChanged the log went back meanwhile, and the caller must forget those events.
func (l *Loader) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return l.LoadTo(ctx, streamType, id, after, math.MaxInt64, each)
}

// LoadTo loads as Load does, up to and including a version. Its cost depends on that version and
// not on the stream's length.
func (l *Loader) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	first, err := l.first.Get(ctx, start{id, after}) // in order: a nested loop over each stream's index range
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
