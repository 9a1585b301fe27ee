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

// gap is a range of positions at which other processes have appended events between two flights of
// this process.
type gap struct {
	after int64
	to    int64
}

// mostFollowed is how many events of a gap are read at most: the newest ones, because remembered
// streams need no older events.
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

// Notice learns from a flight what other processes have appended since the last flight. Notice
// never waits: if Follow is too slow, events are skipped. The parameter known is the head that this
// process had seen before it sent the flight. Flights that overlap may report in any order. A
// flight finds a head below known only in a log that went back to an earlier state.
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

// Follow calls the function each for the events that other processes append, decoded and in order,
// until ctx ends, so that a process that remembers streams does not have to learn of these events
// by a conflict. The events of Follow are hints, not a guarantee: Follow reads only after a flight
// of this process, and skips events that it can't read or decode, and most events of a long pause
// between flights.
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

// followGap reads the events of a gap, if the log still has everything that this process remembers:
// an event must not be applied to a state of another history. If the log went back to an earlier
// state, followGap calls Look and passes on no event.
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
