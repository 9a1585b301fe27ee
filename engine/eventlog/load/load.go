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

// New makes a Loader.
func New(reader *read.Reader, reads *confirm.Reads, history *epoch.History, decode event.Decode) *Loader {
	l := &Loader{reader: reader, reads: reads, history: history, decode: decode}
	l.first = gather.New(l.readFirst)
	return l
}

// Load decodes a stream's events after a version (0: all) and calls each for them, in order, without
// their metadata: no decision rests on it. A stream without events is no error. A stream of another
// type is event.ErrOtherStream. It sees what was appended before it was called, and what it sees
// would survive a promotion; streams that are loaded at the same time share a round trip. A long
// stream is read in pages. Where it ends early, as by the end of ctx, what each was called for
// stands: a Load after the last of them goes on. event.ErrLogChanged says that the log went back
// meanwhile: what each was called for must be forgotten.
func (l *Loader) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return l.LoadTo(ctx, streamType, id, after, math.MaxInt64, each)
}

// LoadTo is Load up to a version, included. It costs what is read until then: how long the
// stream is does not matter.
func (l *Loader) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	first, err := l.first.Get(ctx, start{id, after}) // in order: a nested loop over each stream's index range
	if err != nil {
		return fmt.Errorf("load events: %w", fate.Unavailable(err))
	}
	s := &stream{loader: l, streamType: streamType, id: id, version: after, upTo: upTo, each: each, limit: firstEvents}
	more := len(first) == firstEvents
	for _, e := range first {
		if e.Data == nil { // they are large
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
