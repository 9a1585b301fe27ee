package eventlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/read"
)

// Querier runs queries. A pool, a connection and a transaction are Queriers.
type Querier = read.Querier

// Load decodes the events of a stream after a version (0: all events) and calls the function each
// for every event, in order. The events have no metadata, because no decision needs metadata. For a
// stream without events, Load returns nil. If the stream has another type than streamType, Load
// returns event.ErrOtherStream. Load reads every event that was appended before the call, and reads
// only events that a promotion of the standby would not lose. If Load ends early, for example
// because ctx ends, the events that Load has passed to the function each are valid. Another Load
// can continue after the last of these events. If Load returns event.ErrLogChanged, the log went
// back to an earlier state during the load. The caller must then drop all events that the function
// each has got.
func (s *Store) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return s.loader.Load(ctx, streamType, id, after, each)
}

// LoadTo works like Load, but stops after the event with the version upTo. The cost of LoadTo
// depends on the number of events up to upTo, and not on the length of the stream.
func (s *Store) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	return s.loader.LoadTo(ctx, streamType, id, after, upTo, each)
}

// Matching decodes the events after a position (0: all events) that any of the items selects, and
// calls the function each for every event, in the order of the log. Matching also returns a
// condition for the append of the events that the caller decides. An append with this condition
// fails with event.ErrConflict if another event that the items select was appended in the meantime.
// The events have no metadata. Matching reads every event that was appended before the call, and
// reads only events that a promotion of the standby would not lose. If the items are not valid,
// Matching returns event.ErrTags. If Matching returns event.ErrLogChanged, the caller must drop all
// events that the function each has got.
func (s *Store) Matching(ctx context.Context, items []event.Item, after int64, each func(event.Recorded) error) (event.Condition, error) {
	return s.loader.Matching(ctx, items, after, each)
}

// Follow decodes the events that other processes append, and calls the function each for every
// event, in order, until ctx ends. Follow does not guarantee to pass on all events. Follow reads
// only after an append of this process, and skips events that it can't read or decode. After a long
// pause between appends, Follow reads only the newest events.
func (s *Store) Follow(ctx context.Context, each func(event.Recorded)) error {
	return s.follower.Follow(ctx, each)
}

// Page reads at most limit events of a stream after a version (0: from the start), in order and
// without decoding them. If the events are large, Page returns fewer events, and returns true as
// the result cut.
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
// event.
func (s *Store) After(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return s.reader.After(ctx, position, limit)
}

// AfterOn does the same as After, on the caller's connection.
func (s *Store) AfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	return s.reader.AfterOn(ctx, on, position, limit)
}

// AtOn reads the events at the given positions on the caller's connection, in the order of the log
// and without decoding them. If the events are large, AtOn leaves out the last ones, but returns at
// least one event.
func (s *Store) AtOn(ctx context.Context, on Querier, positions []int64) ([]event.Recorded, error) {
	return s.reader.AtOn(ctx, on, positions)
}

// Tail reads at most limit events after a position (0: from the start), in the order of the log and
// without decoding them. Tail stops as soon as the returned events have 128 KiB of data in total;
// this size is the stored size, which may be compressed. Tail returns only events that a promotion
// of the standby would not lose.
func (s *Store) Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return s.loader.Tail(ctx, position, limit)
}

// TailOf does the same as Tail, but reads only the events of one stream after a version. If the
// version is -1, TailOf reads the events of the stream after the given position.
func (s *Store) TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error) {
	return s.loader.TailOf(ctx, id, version, position, limit)
}

// Firsts reads and decodes the first event of each of the given streams, in an undefined order. A
// stream without events is missing from the result. If the events together are too large, Firsts
// returns only some of them, but at least one.
func (s *Store) Firsts(ctx context.Context, streams []uuid.UUID) ([]event.Recorded, error) {
	return s.loader.Firsts(ctx, streams)
}

// Head returns the position of the last event in the log, or 0 while the log is empty. If
// Config.ForQueries is false, a promotion of the standby would not lose this event.
func (s *Store) Head(ctx context.Context) (int64, error) { return s.loader.Head(ctx) }

// Search reads at most limit events that were caused by the given actor and have the given type,
// within a range of positions. If the parameter actor or eventType is empty, it matches every
// event. Search returns the events in the order of the log and without their data. Search scans
// every event in the range of positions, so the caller must limit the range.
func (s *Store) Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]event.Recorded, error) {
	return s.reader.Search(ctx, after, upTo, actor, eventType, limit)
}

// Correlated reads at most limit events with the given correlation id, within a range of positions.
// Correlated returns the events in the order of the log and without their data. Correlated scans
// every event in the range of positions, so the caller must limit the range.
func (s *Store) Correlated(ctx context.Context, correlation string, after, upTo int64, limit int) ([]event.Recorded, error) {
	return s.reader.Correlated(ctx, correlation, after, upTo, limit)
}

// ByID reads the events with the given ids, in the order of the log and without their data.
func (s *Store) ByID(ctx context.Context, ids []uuid.UUID) ([]event.Recorded, error) {
	return s.reader.ByID(ctx, ids)
}

// RecordedAt returns the time at which the event at a position was appended.
func (s *Store) RecordedAt(ctx context.Context, position int64) (time.Time, error) {
	return s.reader.RecordedAt(ctx, position)
}

// VersionAt returns the version that a stream had at an instant. If the stream had no event then,
// the version is 0.
func (s *Store) VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error) {
	return s.reader.VersionAt(ctx, id, instant)
}

// DigestsOn reads the digests of at most limit events after a position (0: from the start), in the
// order of the log. If DigestsOn has stopped at its limit of events or bytes, the result more is
// true, and further events may follow.
func (s *Store) DigestsOn(ctx context.Context, on Querier, after int64, limit int) (found []event.Digest, more bool, err error) {
	return s.reader.DigestsOn(ctx, on, after, limit)
}

// Aside waits until a read of another package may take a connection from the pool. Aside always
// leaves one connection for appends. If ctx ends first, Aside returns an error. Otherwise the
// caller must call the function leave after the read.
func (s *Store) Aside(ctx context.Context) (leave func(), err error) { return s.reads.Aside(ctx) }
