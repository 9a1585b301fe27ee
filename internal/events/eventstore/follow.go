package eventstore

import (
	"context"

	"example.com/pgcqrs/internal/events"
)

// gap is positions that other processes have appended, between two flights of this one.
type gap struct {
	after int64
	to    int64
}

// mostFollowed bounds how much of a gap is read: what is older has no news by now for
// whoever remembers streams.
const mostFollowed = 500

// notice learns from a flight what others have appended since the last one. It never
// waits: whoever follows too slowly misses something. known is the head that was seen before
// the flight was sent: flights that are out together may be heard of in any order, and the
// head that a flight finds is behind known only in a log that went back.
func (s *Store) notice(known, before, after int64) {
	seen := s.seen.Load()
	if known > 0 && before > seen {
		select {
		case s.gaps <- gap{seen, before}:
		default:
		}
	}
	if after > seen || before < known {
		s.seen.Store(after)
	}
}

// Follow calls each for the events that other processes append, decoded and in order,
// until ctx ends: a process that remembers streams need not find out by a conflict. It
// is a hint. It comes with this process's own flights, and leaves out what it can't
// read or decode, and most of what happened in a long pause.
func (s *Store) Follow(ctx context.Context, each func(events.Recorded)) error {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, NULL AS metadata, occurred_at, recorded_at
		FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	for {
		var g gap
		select {
		case g = <-s.gaps:
		case <-ctx.Done():
			return nil
		}
		g.after = max(g.after, g.to-mostFollowed)
		_ = s.read(ctx, s.pool, "follow", func(e events.Recorded) (err error) {
			if e.Event, err = s.config.Decode(e.Type, e.SchemaVersion, e.Data); err == nil {
				each(e)
			}
			return nil
		}, sql, g.after, g.to-g.after)
	}
}
