package cursor

import (
	"time"
)

// Bounds has the limits of a relay's reads. No limit may be zero.
type Bounds struct {
	MaxBatch int           // how many new messages one read returns
	ReadFor  time.Duration // time limit of a read; a read that takes longer is repeated in smaller steps
	Poll     time.Duration // shortest pause between two scans of the whole outbox
}

// Cursor is the position of a relay in the outbox. The index of the outbox keeps the entry of a
// deleted message as long as an open snapshot may see the message. For example, a dump has such a
// snapshot. If a relay always began at the start of the outbox, every read would scan all of these
// entries.
//
// Events get their positions in commit order. For this reason an append never writes a message at a
// position that the cursor has already passed. Only a redrive, which moves dead messages back to
// the outbox, writes messages at lower positions. A redrive also increases the count in the table
// redrives. If a read finds another count than the previous read did, it reads the outbox from the
// beginning, in the same snapshot. If somebody has inserted a message by hand, the next scan of the
// whole outbox finds it.
//
// A scan runs in steps with a time limit for each step, because nobody knows how long the whole
// scan takes. If a step exceeds its time limit, the database session ends. The next session uses a
// smaller step, and continues after the part of the outbox that the scan has already found empty.
// Later scans use smaller steps. After a scan with only quick steps, larger steps are allowed
// again.
type Cursor struct {
	bounds   Bounds
	passed   int64  // the next read begins after this position: messages up to it are deleted, or their streams wait or are dead
	redrives int64  // the count in the table redrives at the last read
	anchor   Anchor // an event that was in the log, at position passed or after it
	looking  bool   // whether a scan from the start of the outbox has not reached the end yet
	empty    int64  // this scan has found no message of any stream up to this position
	step     int64  // how many positions the next read advances
	first    int64  // how many positions the first read of a scan advances
	most     int64  // the largest allowed step, because larger steps took too long
	slow     bool   // whether a step of this scan was not quick, so that most must not grow
	took     time.Duration
	looked   time.Time // when the last scan ended
	next     time.Duration
}

// New returns a cursor at the start of the outbox.
func New(bounds Bounds) Cursor { return Cursor{bounds: bounds} }

// lookShare limits the scans of the whole outbox: they take at most one twentieth of the time.
const lookShare = 20

// These are the sizes of a scan's steps, in positions. A step over firstStep positions takes one or
// two seconds if all these positions have index entries. A step without index entries takes almost
// no time, and the next step is twice as large.
const (
	firstStep = 1 << 20
	leastStep = 1 << 12
	mostStep  = 1 << 30
)

// begin returns the position after which the next read begins, and the number of positions that the
// read covers.
func (c *Cursor) begin() (after, step int64) {
	if c.first == 0 {
		c.first, c.most = firstStep, mostStep
	}
	if !c.looking && time.Since(c.looked) >= c.next {
		c.looking, c.passed, c.empty, c.took, c.slow, c.step = true, 0, 0, 0, false, c.first
	}
	return c.passed, c.step
}

// GoBack makes the next read begin at the position of a message, so that the read finds later
// messages of the same stream.
func (c *Cursor) GoBack(position int64) { c.passed = min(c.passed, position-1) }

// Restart makes the next read begin at the start of the outbox.
func (c *Cursor) Restart() { c.passed = 0 }

// Passed returns the position after which the next read begins.
func (c *Cursor) Passed() int64 { return c.passed }

// Step returns the number of positions that a statement other than Read can cover within its time
// limit.
func (c *Cursor) Step() int64 { return min(c.step, firstStep) }

// Redriven reports whether messages were moved back to the outbox between the previous read and the
// latest read. The parameter found is the result of the latest read.
func (c *Cursor) Redriven(found *Batch) bool { return found.redrives != c.redrives }

// TooLong records that a statement has exceeded its time limit. The parameter step is the number of
// positions that the statement should have covered. Later scans use no step of this size. If
// nothing were recorded, the quick steps at the start of a scan would make the step grow to this
// size again.
func (c *Cursor) TooLong(step int64, took time.Duration) {
	c.step = max(min(c.step, step)/16, leastStep)
	c.first, c.most, c.slow = min(c.first, c.step), c.step, true
	c.took += took
}

// Resume returns the cursor for the next session. If this session's scan has not ended, the new
// cursor begins after the part of the outbox that the scan has found empty. If the scan has ended,
// the new cursor begins at the start of the outbox.
func (c *Cursor) Resume() Cursor {
	if !c.looking {
		return Cursor{bounds: c.bounds, first: c.first, most: c.most}
	}
	return Cursor{bounds: c.bounds, passed: c.empty, empty: c.empty, redrives: c.redrives, anchor: c.anchor, looking: true, step: c.step, first: c.first, most: c.most, slow: c.slow, took: c.took}
}

// Settle records the result of a read. If the read shows up to which position it has read the
// outbox, Settle advances the cursor. The parameter fresh is the number of new messages. The
// parameter last is the Anchor (the event) of the last new message, or the zero Anchor if there is
// no new message. The parameter nothing is true if the read left no stream out and found no
// message.
func (c *Cursor) Settle(found *Batch, fresh int, last Anchor, nothing bool) {
	found.Cut = found.Cut || fresh == c.bounds.MaxBatch || found.stored >= mostBytes
	c.spent(found.took, found, c.pass(found, last, nothing))
}

// pass moves the cursor past the positions that a read has covered. The parameter last is the
// Anchor (the event) of the last new message, or the zero Anchor. If the read stopped at a limit
// before it found a new message, pass returns false. Such a read does not show up to which position
// it has read the outbox.
func (c *Cursor) pass(found *Batch, last Anchor, nothing bool) bool {
	from := c.passed
	if found.redrives != c.redrives {
		from, c.empty = 0, 0 // the read began at the start of the outbox
	}
	upto := from + c.step
	found.AtEnd = upto >= found.head.Position
	switch {
	case found.Cut && last.Position == 0:
		return false
	case found.Cut:
		c.passed = last.Position
	case !found.AtEnd: // the log has all events up to upto, so no new message can get a position up to upto
		c.passed = upto
		if nothing && c.empty == from {
			c.empty = upto
		}
	default:
		c.passed = max(found.head.Position, last.Position)
	}
	c.redrives, c.anchor = found.redrives, found.head
	if last.Position > c.anchor.Position {
		c.anchor = last
	}
	return true
}

// spent adds the time of a read to the scan's time, and ends the scan if the read reached the end
// of the log. A read that stopped at a limit is not counted, because most of its time was spent on
// messages and not on scanning. If a step was quick, the next step covers twice as many positions.
// After a scan with only quick steps, the largest allowed step is twice as large.
func (c *Cursor) spent(took time.Duration, found *Batch, settled bool) {
	if !c.looking || found.Cut || !settled {
		return
	}
	quick := took < c.bounds.ReadFor/64
	c.took, c.slow = c.took+took, c.slow || !quick
	if quick {
		c.step = min(2*c.step, c.most)
	}
	if !found.AtEnd {
		return
	}
	c.looking, c.looked, c.next = false, time.Now(), max(c.bounds.Poll, lookShare*c.took)
	if !c.slow {
		c.most = min(2*c.most, mostStep)
	}
}
