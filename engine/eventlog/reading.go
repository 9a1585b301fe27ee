package eventlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/read"
)

// Querier runs queries: it is a pool, a connection or a transaction.
type Querier = read.Querier

// Load decodes the events of a stream after a version (0: all events) and calls the function each
// for every event, in order. The events come without their metadata, because no decision rests on
// metadata. Load returns nil for a stream without events, and event.ErrOtherStream for a stream of
// another type. Load reads every event that was appended before the call, and only events that
// would survive a promotion of the standby. If Load ends early, for example because ctx ends, the
// events that the function each has received stay valid, and another Load can continue after the
// last of these events. If Load returns event.ErrLogChanged, the log went back to an earlier state
// during the load, and the caller must drop the events that the function each has received.
func (s *Store) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return s.loader.Load(ctx, streamType, id, after, each)
}

// LoadTo loads a stream as Load does, up to and including the version upTo. The cost of LoadTo
// depends on upTo and not on the length of the stream.
func (s *Store) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	return s.loader.LoadTo(ctx, streamType, id, after, upTo, each)
}

// Follow calls the function each for the events that other processes append, decoded and in order,
// until ctx ends. The events of Follow are hints, not a guarantee: Follow reads only after a flight
// of this process, and skips events that it can't read or decode, and most events of a long pause
// between flights.
func (s *Store) Follow(ctx context.Context, each func(event.Recorded)) error {
	return s.follower.Follow(ctx, each)
}

// Page reads at most limit events of a stream after a version (0: from the start), in order and
// without decoding them. If the events are large, Page returns fewer events; the result cut reports
// whether Page left out events because of their size.
func (s *Store) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	return s.reader.Page(ctx, streamType, id, after, limit)
}

// PageOn reads at most limit events of a stream after a version on the caller's connection. If the
// events are large, PageOn returns fewer events; only an empty result means that no events follow.
func (s *Store) PageOn(ctx context.Context, on Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return s.reader.PageOn(ctx, on, streamType, id, after, limit)
}

// After reads at most limit events after a position (0: from the start), in the order of the log
// and without decoding them. If the events are large, After returns fewer events; only an empty
// result means that no events follow. No event can appear later at a position before a returned
// one.
func (s *Store) After(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return s.reader.After(ctx, position, limit)
}

// AfterOn reads as After does, on the caller's connection.
func (s *Store) AfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	return s.reader.AfterOn(ctx, on, position, limit)
}

// Tail reads at most limit events that follow a position (0: from the start), in the log's order and not
// decoded, and fewer if they are large: at most 128 KiB of data, but for one event. What it returns
// would survive a promotion.
func (s *Store) Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return s.loader.Tail(ctx, position, limit)
}

// TailOf is Tail of one stream. Its events follow a version; -1 stands for that of the last one that is
// at the position or before it.
func (s *Store) TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error) {
	return s.loader.TailOf(ctx, id, version, position, limit)
}

// Firsts reads and decodes the first event of each of some streams, in no order. A stream without events
// has none.
func (s *Store) Firsts(ctx context.Context, streams []uuid.UUID) ([]event.Recorded, error) {
	return s.loader.Firsts(ctx, streams)
}

// Head returns the position of the last event in the log, or 0 while the log is empty.
func (s *Store) Head(ctx context.Context) (int64, error) { return s.reader.Head(ctx) }

// Search reads at most limit events that an actor caused and that have a type, after one position
// and up to another; an empty actor or eventType matches every event. Search returns the events in
// the order of the log and without their data. Search scans every event between the two positions,
// so the caller must bound their distance.
func (s *Store) Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]event.Recorded, error) {
	return s.reader.Search(ctx, after, upTo, actor, eventType, limit)
}

// RecordedAt returns the time at which the event at a position was appended.
func (s *Store) RecordedAt(ctx context.Context, position int64) (time.Time, error) {
	return s.reader.RecordedAt(ctx, position)
}

// VersionAt returns the version that a stream had at an instant. The version is 0 if the stream had
// no event then.
func (s *Store) VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error) {
	return s.reader.VersionAt(ctx, id, instant)
}

// DigestsOn reads the digests of at most limit events after a position (0: from the start), in the
// order of the log. The result more reports whether DigestsOn stopped at its limit of events or
// bytes, so that further events may follow.
func (s *Store) DigestsOn(ctx context.Context, on Querier, after int64, limit int) (found []event.Digest, more bool, err error) {
	return s.reader.DigestsOn(ctx, on, after, limit)
}

// Aside waits until a read of another package may take a connection from the pool, so that appends
// always find a connection. If ctx ends first, Aside returns an error; otherwise the caller must
// call leave after the read.
func (s *Store) Aside(ctx context.Context) (leave func(), err error) { return s.reads.Aside(ctx) }
