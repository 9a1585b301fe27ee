package eventstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
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
func (s *Store) Follow(ctx context.Context, each func(event.Recorded)) error {
	for {
		select {
		case g := <-s.gaps:
			g.after = max(g.after, g.to-mostFollowed)
			_ = s.followGap(ctx, g, each)
		case <-ctx.Done():
			return nil
		}
	}
}

// followGap reads a gap from a log in which all is that this process remembers: an event
// must not be added to a state that another event has led to.
func (s *Store) followGap(ctx context.Context, g gap, each func(event.Recorded)) error {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, NULL AS metadata, occurred_at, recorded_at
		FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	rests, last := s.rests(), mark{}
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		if err := checkMarks(ctx, conn, rests); err != nil {
			return err
		}
		return s.read(ctx, conn, "follow", func(e event.Recorded) (err error) {
			last.position, last.event = e.Position, e.ID
			if e.Event, err = s.config.Decode(e.Type, e.SchemaVersion, e.Data); err == nil {
				each(e)
			}
			return nil
		}, sql, g.after, g.to-g.after)
	})
	s.advance(rests, last)
	if errors.Is(err, errMarkLost) {
		return s.Look(ctx)
	}
	return err
}
