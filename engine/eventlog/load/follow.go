package load

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/read"
)

// gap is a range of positions that other processes have appended between two flights of this one.
type gap struct {
	after int64
	to    int64
}

// mostFollowed bounds how much of a gap is read: remembered streams need no older events.
const mostFollowed = 500

// Follower reads what other processes append.
type Follower struct {
	reader  *read.Reader
	reads   *confirm.Reads
	history *epoch.History
	decode  event.Decode
	gaps    chan gap
}

// NewFollower returns a Follower.
func NewFollower(reader *read.Reader, reads *confirm.Reads, history *epoch.History, decode event.Decode) *Follower {
	return &Follower{reader: reader, reads: reads, history: history, decode: decode, gaps: make(chan gap, 16)}
}

// Notice learns from a flight what others have appended since the last one. It never waits: a
// Follow that is too slow misses events. known is the head that was seen before the flight was
// sent. Flights that overlap may report in any order; the head that a flight finds is below known
// only in a log that went back.
func (f *Follower) Notice(known, before, after int64) {
	seen := f.history.Seen.Load()
	if known > 0 && before > seen {
		select {
		case f.gaps <- gap{seen, before}:
		default:
		}
	}
	if after > seen || before < known {
		f.history.Seen.Store(after)
	}
}

// Follow calls each for the events that other processes append, decoded and in order, until ctx
// ends, so that a process that remembers streams need not learn of them by a conflict. It is a
// hint: it runs after this process's own flights, and leaves out events that it can't read or
// decode, and most of those of a long pause.
func (f *Follower) Follow(ctx context.Context, each func(event.Recorded)) error {
	for {
		select {
		case g := <-f.gaps:
			g.after = max(g.after, g.to-mostFollowed)
			_ = f.followGap(ctx, g, each)
		case <-ctx.Done():
			return nil
		}
	}
}

// followGap reads a gap from a log that has everything that this process remembers: an event must
// not be applied to a state of another history.
func (f *Follower) followGap(ctx context.Context, g gap, each func(event.Recorded)) error {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, NULL AS metadata, occurred_at, recorded_at
		FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	rests, last := f.history.BasisOfRead(), epoch.Mark{}
	err := f.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		if err := epoch.CheckMarks(ctx, conn, rests); err != nil {
			return err
		}
		return f.reader.Each(ctx, conn, "follow", func(e event.Recorded) (err error) {
			last.Position, last.Event = e.Position, e.ID
			if e.Event, err = f.decode(e.Type, e.SchemaVersion, e.Data); err == nil {
				each(e)
			}
			return nil
		}, sql, g.after, g.to-g.after)
	})
	f.history.Advance(rests, last)
	if errors.Is(err, epoch.ErrMarkLost) {
		return f.history.Look(ctx)
	}
	return err
}
