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

// gap is a range of positions of the log. Other processes have appended the events at these
// positions, between two appends of this process.
type gap struct {
	after int64
	to    int64
}

// mostFollowed limits how many events of other processes are read after an append of this process.
// If other processes have appended more events, only the newest of them are read.
const mostFollowed = 500

// Follower reads the events that other processes append.
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

// Notice tells the Follower where the log ended before and after a flight (a transaction that
// appends). The parameter before is the log's last position before the flight, and the parameter
// after is the log's last position after the flight. The parameter known is the last position that
// this process knew when it sent the flight. If other processes have appended events since the last
// flight, Notice passes the range of these events to Follow. Notice never waits: if Follow is too
// slow, events are skipped. If before is less than known, the log went back to an earlier state. If
// flights overlap, Notice may be called for them in any order.
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

// Follow decodes the events that other processes append, and calls the function each for every
// event, in order, until ctx ends. With these events, a process updates the states that it caches.
// Without them, the process would not notice an event of another process until an append conflicts.
// Follow does not guarantee to pass on all events. Follow reads only after an append of this
// process, and skips events that it can't read or decode. After a long pause between appends,
// Follow reads only the newest events.
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

// followGap reads the events in a range of positions and passes them to the function each. If the
// log went back to an earlier state, the cached states were computed from events that the log no
// longer contains. Then followGap calls Look, and passes no event to the function each.
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
