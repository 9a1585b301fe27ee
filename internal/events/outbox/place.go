package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
)

// place is where a relay is in the outbox. The index keeps an entry of each deleted message
// for as long as any snapshot is open that may see it, such as that of a dump: a relay that
// began at the outbox's start would go through all of them at every read.
//
// Positions are given in commit order, so a message that an append has written is never found
// before one that was read. Only a redrive writes lower ones: dead_messages counts what leaves
// it, and a read that meets another count than the last one begins at the start, in the same
// snapshot. What somebody writes by hand is found by a look at all of it, now and then.
type place struct {
	passed   int64     // messages up to here are gone, or their streams are held or dead
	read     int64     // the highest position that was read
	redrives int64     // what dead_messages had counted before the last read
	looked   time.Time // when a read began at the start last
	next     time.Duration
}

// lookShare bounds what looks at all of the outbox take: one part in 20 of the time.
const lookShare = 20

// lookedAt notes that a read at a time began at the start, and took so long.
func (p *place) lookedAt(now time.Time, took, poll time.Duration) {
	p.looked, p.next = now, max(poll, lookShare*took)
}

// begin returns the position after which the next read begins, and whether that is the start.
func (p *place) begin() (after int64, start bool) {
	if time.Since(p.looked) < p.next {
		return p.passed, false
	}
	return 0, true
}

// goBack has the next read begin before a message: others of its stream may stand behind it.
func (p *place) goBack(position int64) { p.passed = min(p.passed, position-1) }

// pass takes in what a read has found: the last message that was not sent before, 0 if there
// was none, and whether there are more. It returns false if it is not known what stands behind
// those that are sent again.
func (p *place) pass(last int64, more bool, redrives int64) bool {
	switch {
	case more && last == 0:
		return false
	case more:
		p.passed = last
	default:
		p.passed = max(p.read, last)
	}
	p.read, p.redrives = max(p.read, last), redrives
	return true
}

// mostBytes bounds the messages' data that a relay holds at a time, but for one message.
const mostBytes = 8 << 20

// batch is what a read has found, in order.
type batch struct {
	messages []Message
	redrives int64
	recorded bool // the last message's event is in the log, and so all of them are
	stored   int64
	bytes    int
	cut      bool // there are more
}

// redrivesSQL is sent before a read and has a snapshot of its own: what it misses has the next
// read begin at the start once more.
const redrivesSQL = `SELECT coalesce((SELECT count FROM redrives), 0)`

const columnsSQL = `position, event_id, stream_id, type, data, traceparent, occurred_at, ` + deadSQL + ` AS dead, ` + database.AwaitStandby + ` AS awaited`

// readSQL takes new messages, and those of held streams that are due ($4). The bound on bytes is
// on what is stored, perhaps compressed: to know more the server would have to read it all.
const readSQL = `
	WITH new AS (
	    SELECT ` + columnsSQL + `
	    FROM outbox o
	    WHERE position > CASE WHEN coalesce((SELECT count FROM redrives), 0) = $6 THEN $2::bigint ELSE 0 END AND NOT stream_id = ANY ($3)
	    ORDER BY position LIMIT $1
	), summed AS (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, awaited,
	           sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS stored FROM new
	), batch AS MATERIALIZED (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, awaited, stored
	    FROM summed WHERE stored - pg_column_size(data) < $5
	    UNION ALL
	    SELECT ` + columnsSQL + `, 0 FROM outbox o WHERE position = ANY ($4)
	)
	SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, awaited,
	       EXISTS (SELECT FROM (SELECT position, event_id FROM batch ORDER BY position DESC LIMIT 1) last
	               JOIN events e ON e.position = last.position AND e.event_id = last.event_id), stored
	FROM batch ORDER BY position`

// read returns messages whose events would survive a promotion: its COMMIT waits for the
// required standby, and holds up the relay for readFor at most. It fails with ErrLost where
// the log does not have the last one's event. more says that another read finds others.
func (w *worker) read(ctx context.Context) (messages []Message, more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	after, start := w.place.begin()
	due := w.held.due(w.config.MaxBatch)
	found, began := batch{recorded: true}, time.Now()
	work := &pgx.Batch{}
	work.Queue(redrivesSQL).QueryRow(func(row pgx.Row) error { return row.Scan(&found.redrives) })
	work.Queue(readSQL, w.config.MaxBatch, after, append(w.held.streams(), w.dead.streams()...), due, mostBytes, w.place.redrives).Query(found.collect)
	err = w.conn.SendBatch(ctx, work).Close()
	if err == nil && !found.recorded {
		err = fmt.Errorf("%w: message at position %d", ErrLost, found.messages[len(found.messages)-1].Position)
	}
	if err == nil {
		err = database.CheckStandby(w.conn)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read outbox: %w", err)
	}
	w.told = time.Now()
	settled, more := w.settle(&found, due)
	if start && settled {
		w.place.lookedAt(w.told, w.told.Sub(began), w.config.Poll)
	}
	return found.messages, more, nil
}

// settle notes where a read has been, if that is known, and says whether another one finds others.
func (w *worker) settle(found *batch, due []int64) (settled, more bool) {
	there := make(map[int64]bool, len(due))
	last, count := int64(0), 0
	for _, m := range found.messages {
		if w.held.holds(m.StreamID) {
			there[m.Position] = true
			continue
		}
		last, count = m.Position, count+1
	}
	found.cut = found.cut || count == w.config.MaxBatch || found.stored >= mostBytes
	w.missed = w.missed || len(w.dead) > 0 && found.redrives != w.place.redrives
	settled = w.place.pass(last, found.cut, found.redrives)
	return settled, found.cut || w.releaseGone(due, there, found.cut) || len(due) == w.config.MaxBatch
}

// releaseGone lets streams go whose message was due and is not there any more: somebody has
// deleted it.
func (w *worker) releaseGone(due []int64, there map[int64]bool, cut bool) (released bool) {
	if cut || len(there) == len(due) {
		return false
	}
	gone := make(map[int64]bool, len(due))
	for _, position := range due {
		gone[position] = !there[position]
	}
	for stream, p := range w.held {
		if gone[p.position] {
			w.held.release(stream)
			w.place.goBack(p.position)
			released = true
		}
	}
	return released
}

// collect takes rows up to mostBytes of data.
func (b *batch) collect(rows pgx.Rows) error {
	for rows.Next() {
		if b.bytes >= mostBytes {
			b.cut = true
			rows.Close()
			break
		}
		var m Message
		var stored int64
		err := rows.Scan(&m.Position, &m.EventID, &m.StreamID, &m.Type, &m.Data, &m.Traceparent, &m.OccurredAt, &m.Dead, nil, &b.recorded, &stored)
		if err != nil {
			return err
		}
		b.messages = append(b.messages, m)
		b.bytes, b.stored = b.bytes+len(m.Data), max(b.stored, stored)
	}
	return rows.Err()
}
