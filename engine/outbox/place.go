package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
)

// place is where a relay is in the outbox. The index keeps an entry of each deleted message
// for as long as any snapshot is open that may see it, such as that of a dump: a relay that
// began at the outbox's start would go through all of them at every read.
//
// Positions are given in commit order, so a message that an append has written is never found
// before one that was read. Only a redrive writes lower ones: dead_messages counts what leaves
// it, and a read that meets another count than the last one begins at the start, in the same
// snapshot. What somebody writes by hand is found by a look at all of it, now and then.
//
// A look goes by steps, each of which has time of its own: of a whole look nobody knows how long it
// takes. A step that takes too long ends the session; the next one goes on with a smaller step from where
// the outbox is known to be empty up to, and no look tries one as large again before all of its steps are quick.
type place struct {
	passed   int64  // messages up to here are gone, or their streams are held or dead
	redrives int64  // what dead_messages had counted before the last read
	anchor   anchor // an event that was in the log, at passed or behind it
	looking  bool   // from the start on, and not at the end yet
	empty    int64  // this look has found nothing up to here, for no stream
	step     int64  // how many positions the next read goes on by
	first    int64  // the same for a look's first read
	most     int64  // a step is never more: larger ones took too long
	slow     bool   // this look had a step that took a while, so most stays as it is
	took     time.Duration
	looked   time.Time // when the last look ended
	next     time.Duration
}

// anchor is an event by which the log is known again. Positions alone tell nothing: a log that went
// back gives them to other events.
type anchor struct {
	position int64 // 0: there is none
	id       uuid.UUID
}

// lookShare bounds what looks at all of the outbox take: one part in 20 of the time.
const lookShare = 20

// Steps of a look, in positions. The entries of as many messages are gone through in a second or two; where
// there are none a step takes no time, and the next is twice as long.
const (
	firstStep = 1 << 20
	leastStep = 1 << 12
	mostStep  = 1 << 30
)

// errWentBack says that the log has lost events: what the relay knows of the outbox is no longer so.
var errWentBack = errors.New("the log went back, and the relay begins at the outbox's start")

// begin returns the position after which the next read begins, and how far that goes.
func (p *place) begin() (after, step int64) {
	if p.first == 0 {
		p.first, p.most = firstStep, mostStep
	}
	if !p.looking && time.Since(p.looked) >= p.next {
		p.looking, p.passed, p.empty, p.took, p.slow, p.step = true, 0, 0, 0, false, p.first
	}
	return p.passed, p.step
}

// goBack has the next read begin before a message: others of its stream may stand behind it.
func (p *place) goBack(position int64) { p.passed = min(p.passed, position-1) }

// tooLong notes that a statement over so many positions has had no time to end. Later looks don't try as many again,
// for what goes before may be gone through in no time, and the step be as large by then.
func (p *place) tooLong(step int64, took time.Duration) {
	p.step = max(min(p.step, step)/16, leastStep)
	p.first, p.most, p.slow = min(p.first, p.step), p.step, true
	p.took += took
}

// again is where another session goes on: where this one has found nothing up to, if it was still looking.
func (p *place) again() place {
	if !p.looking {
		return place{first: p.first, most: p.most}
	}
	return place{passed: p.empty, empty: p.empty, redrives: p.redrives, anchor: p.anchor, looking: true, step: p.step, first: p.first, most: p.most, slow: p.slow, took: p.took}
}

// pass takes in what a read has found: the last message that was not sent before, the zero anchor if there
// was none, and whether there are more. It returns false if it is not known what stands behind
// those that are sent again.
func (p *place) pass(found *batch, last anchor, nothing bool) bool {
	from := p.passed
	if found.redrives != p.redrives {
		from, p.empty = 0, 0 // the read began there
	}
	upto := from + p.step
	found.atEnd = upto >= found.head.position
	switch {
	case found.cut && last.position == 0:
		return false
	case found.cut:
		p.passed = last.position
	case !found.atEnd: // all events up to there are in the log, so no message comes there any more
		p.passed = upto
		if nothing && p.empty == from {
			p.empty = upto
		}
	default:
		p.passed = max(found.head.position, last.position)
	}
	p.redrives, p.anchor = found.redrives, found.head
	if last.position > p.anchor.position {
		p.anchor = last
	}
	return true
}

// spent notes how long a read of a look took, and whether the look has ended by it. A read that is cut is one of
// messages, and no part of the look's price. A step that has gone through a part to its end in next to no time is
// doubled, and so is the largest one after a look of such steps alone.
func (p *place) spent(took time.Duration, found *batch, settled bool, config *Config) {
	if !p.looking || found.cut || !settled {
		return
	}
	quick := took < config.ReadFor/64
	p.took, p.slow = p.took+took, p.slow || !quick
	if quick {
		p.step = min(2*p.step, p.most)
	}
	if !found.atEnd {
		return
	}
	p.looking, p.looked, p.next = false, time.Now(), max(config.Poll, lookShare*p.took)
	if !p.slow {
		p.most = min(2*p.most, mostStep)
	}
}

// mostBytes bounds the messages' data that a relay holds at a time, but for one message.
const mostBytes = 8 << 20

// batch is what a read has found, in order.
type batch struct {
	messages []Message
	redrives int64
	head     anchor // the log's last event, before the read
	anchored bool   // the log has the anchor, before the read and in what it saw
	atEnd    bool   // the read went as far as the log
	awaits   bool   // there are messages, and a standby is required
	recorded bool   // the last message's event is in the log, and so all of them are
	stored   int64
	bytes    int
	cut      bool // there are more
}

// stateSQL is sent before a read and has a snapshot of its own: a redrive that it misses has the next
// read begin at the start once more, and the log's end is at its end or behind it. The log may go back in between,
// so the read asks for the anchor again.
const stateSQL = `
	SELECT coalesce((SELECT count FROM redrives), 0), coalesce(head.position, 0), coalesce(head.event_id, '00000000-0000-0000-0000-000000000000'),
	       ` + anchoredSQL + `
	FROM (SELECT) one LEFT JOIN (SELECT position, event_id FROM events ORDER BY position DESC LIMIT 1) head ON true`

// anchoredSQL says whether the log has the event at position $1 whose id is $2, or there is none to have.
const anchoredSQL = `($1::bigint = 0 OR EXISTS (SELECT FROM events WHERE position = $1 AND event_id = $2::uuid))`

const columnsSQL = `position, event_id, stream_id, type, data, traceparent, occurred_at, ` + deadSQL + ` AS dead`

// readSQL takes new messages of the next $9 positions, or whatever is left where the log has no more, and those of held streams that
// are due ($4). The bound on bytes is on what is stored, perhaps compressed: to know more the server would have to read it all.
const readSQL = `
	WITH began AS (
	    SELECT CASE WHEN coalesce((SELECT count FROM redrives), 0) = $6 THEN $8::bigint ELSE 0 END AS after
	), part AS (
	    SELECT after, CASE WHEN after + $9 < (SELECT max(position) FROM events) THEN after + $9 ELSE 9223372036854775807 END AS upto FROM began
	), new AS (
	    SELECT ` + columnsSQL + `
	    FROM outbox o
	    WHERE position > (SELECT after FROM part) AND position <= (SELECT upto FROM part) AND NOT stream_id = ANY ($3)
	    ORDER BY position LIMIT $7
	), summed AS (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead,
	           sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS stored FROM new
	), batch AS MATERIALIZED (
	    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, stored
	    FROM summed WHERE stored - pg_column_size(data) < $5
	    UNION ALL
	    SELECT ` + columnsSQL + `, 0 FROM outbox o WHERE position = ANY ($4)
	)
	SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead,
	       EXISTS (SELECT FROM (SELECT position, event_id FROM batch ORDER BY position DESC LIMIT 1) last
	               JOIN events e ON e.position = last.position AND e.event_id = last.event_id), stored, (SELECT ` + database.StandbyRequired + `), (SELECT ` + anchoredSQL + `)
	FROM batch ORDER BY position`

// read returns messages whose events would survive a promotion. The read, and then the wait for the required standby, each
// hold up the relay for ReadFor at most; the read's time alone says how large the next step may be. It fails with
// ErrLost where the log does not have the last one's event. more says that another read finds others.
func (w *worker) read(ctx context.Context) (messages []Message, more bool, err error) {
	after, step := w.place.begin()
	due := w.held.due(w.config.MaxBatch)
	found, began := batch{recorded: true}, time.Now()
	work := &pgx.Batch{}
	work.Queue(stateSQL, w.place.anchor.position, w.place.anchor.id).QueryRow(func(row pgx.Row) error {
		return row.Scan(&found.redrives, &found.head.position, &found.head.id, &found.anchored)
	})
	work.Queue(readSQL, w.place.anchor.position, w.place.anchor.id, append(w.held.streams(), w.dead.streams()...), due, mostBytes, w.place.redrives,
		w.config.MaxBatch, after, step).Query(found.collect)
	err = w.bounded(ctx, func(ctx context.Context) error { return w.conn.SendBatch(ctx, work).Close() })
	took := time.Since(began)
	if errors.Is(err, context.DeadlineExceeded) {
		w.place.tooLong(step, took)
	}
	if err == nil {
		err = found.check()
	}
	if err == nil {
		err = w.awaitStandby(ctx, found.awaits)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read outbox: %w", err)
	}
	w.told = time.Now()
	settled, more := w.settle(&found, due)
	w.place.spent(took, &found, settled, &w.config)
	return found.messages, more, nil
}

// check fails if the outbox, or what is known of it, is not of the log's events.
func (b *batch) check() error {
	switch {
	case !b.anchored:
		return errWentBack
	case !b.recorded:
		return fmt.Errorf("%w: message at position %d", ErrLost, b.messages[len(b.messages)-1].Position)
	}
	return nil
}

// settle notes where a read has been, if that is known, and says whether another one finds others.
func (w *worker) settle(found *batch, due []int64) (settled, more bool) {
	there := make(map[int64]bool, len(due))
	var last anchor
	count := 0
	for _, m := range found.messages {
		if w.held.holds(m.StreamID) {
			there[m.Position] = true
			continue
		}
		last, count = anchor{m.Position, m.EventID}, count+1
	}
	found.cut = found.cut || count == w.config.MaxBatch || found.stored >= mostBytes
	w.missed = w.missed || len(w.dead) > 0 && found.redrives != w.place.redrives
	settled = w.place.pass(found, last, len(found.messages) == 0 && len(w.held) == 0 && len(w.dead) == 0)
	return settled, found.cut || !found.atEnd || w.releaseGone(due, there, found.cut) || len(due) == w.config.MaxBatch
}

// releaseGone lets streams go whose message was due and is not there any more: somebody has deleted it.
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
		var anchored bool
		if err := rows.Scan(&m.Position, &m.EventID, &m.StreamID, &m.Type, &m.Data, &m.Traceparent, &m.OccurredAt, &m.Dead, &b.recorded, &stored, &b.awaits, &anchored); err != nil {
			return err
		}
		b.anchored = b.anchored && anchored
		b.messages = append(b.messages, m)
		b.bytes, b.stored = b.bytes+len(m.Data), max(b.stored, stored)
	}
	return rows.Err()
}
