package eventlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/read"
)

// Querier reads from the database: a pool, a connection or a transaction.
type Querier = read.Querier

// Load decodes a stream's events after a version (0: all) and calls each for them, in order,
// without their metadata, on which no decision rests. A stream without events is no error. A stream
// of another type is event.ErrOtherStream. Load sees what was appended before it was called, and
// what it sees would survive a promotion. If Load ends early, for example because ctx ends, the
// events that each was called for stay valid: another Load after the last of them goes on. After
// event.ErrLogChanged the log went back meanwhile, and the caller must forget those events.
func (s *Store) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return s.loader.Load(ctx, streamType, id, after, each)
}

// LoadTo loads as Load does, up to and including a version. Its cost depends on that version and
// not on the stream's length.
func (s *Store) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	return s.loader.LoadTo(ctx, streamType, id, after, upTo, each)
}

// Follow calls each for the events that other processes append, decoded and in order, until ctx
// ends. It is a hint: it runs after this process's own flights, and leaves out events that it can't
// read or decode, and most of those of a long pause.
func (s *Store) Follow(ctx context.Context, each func(event.Recorded)) error {
	return s.follower.Follow(ctx, each)
}

// Page reads at most limit events of a stream after a version (0: from the start), in order,
// without decoding, and fewer if they are large: cut says that some of the limit were left out.
func (s *Store) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	return s.reader.Page(ctx, streamType, id, after, limit)
}

// PageOn reads a page on the caller's connection, with fewer events than limit if they are large:
// if it returns none, there are no more.
func (s *Store) PageOn(ctx context.Context, on Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return s.reader.PageOn(ctx, on, streamType, id, after, limit)
}

// After reads at most limit events that follow a position (0: from the start), in the log's order,
// without decoding, and fewer if they are large: if it returns none, there are no more. Nothing can
// appear later before what it returned.
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

// Head returns the position of the last event in the log, 0 while it is empty.
func (s *Store) Head(ctx context.Context) (int64, error) { return s.reader.Head(ctx) }

// Search reads at most limit events after one position and up to another that an actor caused and
// that have a type, in the log's order and without their data; "" matches any. It scans every event
// in between, so the caller must bound them.
func (s *Store) Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]event.Recorded, error) {
	return s.reader.Search(ctx, after, upTo, actor, eventType, limit)
}

// RecordedAt returns when the event at a position was appended.
func (s *Store) RecordedAt(ctx context.Context, position int64) (time.Time, error) {
	return s.reader.RecordedAt(ctx, position)
}

// VersionAt returns the version of a stream's last event that was recorded at an instant or before,
// 0 if none was.
func (s *Store) VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error) {
	return s.reader.VersionAt(ctx, id, instant)
}

// DigestsOn reads the digests of at most limit events that follow a position (0: from the start),
// in the log's order. more says that it has read as many events or bytes as it may.
func (s *Store) DigestsOn(ctx context.Context, on Querier, after int64, limit int) (found []event.Digest, more bool, err error) {
	return s.reader.DigestsOn(ctx, on, after, limit)
}

// Aside waits until another package's read may take a connection from the pool, so that appends
// always find one.
func (s *Store) Aside(ctx context.Context) (leave func(), err error) { return s.reads.Aside(ctx) }
