package cursor

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/outbox"
)

// Anchor is an event that the relay has seen in the log. If the log no longer has this event, the
// log has lost events, for example by a restore of an old backup. The position alone does not show
// a loss, because later the log gives the same position to another event.
type Anchor struct {
	Position int64 // 0: no anchor
	ID       uuid.UUID
}

// ErrLost says that the outbox has a message whose event is not in the log: the log has lost the
// event, but the outbox has not lost the message. In this case the relay publishes nothing, because
// subscribers would get an event that the log does not have.
var ErrLost = errors.New("a message's event is not in the log")

// ErrWentBack says that the log has lost events. The relay's knowledge of the outbox is then out of
// date, and the relay begins again at the start of the outbox.
var ErrWentBack = errors.New("the log went back, and the relay begins at the outbox's start")

// mostBytes limits how many bytes of message data a relay reads into memory at a time. A read stops
// as soon as it has reached the limit, so only its last message may exceed the limit.
const mostBytes = 8 << 20

// Batch is the result of one read of the outbox. The messages of a Batch are in the order of
// their positions.
type Batch struct {
	Messages []outbox.Message
	redrives int64
	head     Anchor // the log's last event before the read
	anchored bool   // whether the log had the anchor before the read and in the read's snapshot
	AtEnd    bool   // whether the read reached the end of the log
	awaits   bool   // whether the read found messages and a standby is required
	recorded bool   // whether the log has the event of the last message; the log then has the events of all messages
	stored   int64
	bytes    int
	took     time.Duration
	Cut      bool // whether the read stopped at a limit, so that there may be more messages
}

// check returns ErrWentBack if the log does not have the cursor's anchor, which is an event that
// the relay has seen in the log. check returns ErrLost if the log does not have the event of the
// batch's last message. Otherwise check returns nil.
func (b *Batch) check() error {
	switch {
	case !b.anchored:
		return ErrWentBack
	case !b.recorded:
		return fmt.Errorf("%w: message at position %d", ErrLost, b.Messages[len(b.Messages)-1].Position)
	}
	return nil
}

// collect collects rows until they have mostBytes of data. If further rows are left, collect sets
// the field Cut.
func (b *Batch) collect(rows pgx.Rows) error {
	for rows.Next() {
		if b.bytes >= mostBytes {
			b.Cut = true
			rows.Close()
			break
		}
		var m outbox.Message
		var stored int64
		var anchored bool
		if err := rows.Scan(&m.Position, &m.EventID, &m.StreamID, &m.Type, &m.Data, &m.Traceparent, &m.OccurredAt, &m.Dead, &b.recorded, &stored, &b.awaits, &anchored); err != nil {
			return err
		}
		b.anchored = b.anchored && anchored
		b.Messages = append(b.Messages, m)
		b.bytes, b.stored = b.bytes+len(m.Data), max(b.stored, stored)
	}
	return rows.Err()
}
