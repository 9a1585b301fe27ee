package cursor

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/outbox"
)

// Anchor is an event by which the relay recognizes the log. A position alone is not enough: a log
// that went back gives positions to other events.
type Anchor struct {
	Position int64 // 0: no anchor
	ID       uuid.UUID
}

// ErrLost says that the outbox has a message whose event is not in the log: the log went back
// without its outbox. Nothing is published, since the event has not happened.
var ErrLost = errors.New("a message's event is not in the log")

// ErrWentBack says that the log has lost events, so that the relay's knowledge of the outbox is
// outdated.
var ErrWentBack = errors.New("the log went back, and the relay begins at the outbox's start")

// mostBytes bounds the data of the messages that a relay has in memory, except for one message.
const mostBytes = 8 << 20

// Batch is the result of a read, in order.
type Batch struct {
	Messages []outbox.Message
	redrives int64
	head     Anchor // the log's last event, before the read
	anchored bool   // the log has the anchor, both before the read and in the read's snapshot
	AtEnd    bool   // the read reached the end of the log
	awaits   bool   // there are messages, and a standby is required
	recorded bool   // the last message's event is in the log, and so all of them are
	stored   int64
	bytes    int
	took     time.Duration
	Cut      bool // there are more messages
}

// check fails if the outbox, or the cursor, does not belong to the log's events.
func (b *Batch) check() error {
	switch {
	case !b.anchored:
		return ErrWentBack
	case !b.recorded:
		return fmt.Errorf("%w: message at position %d", ErrLost, b.Messages[len(b.Messages)-1].Position)
	}
	return nil
}

// collect collects rows up to mostBytes of data.
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
