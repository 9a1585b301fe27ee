package cursor

import (
	"time"
)

// Bounds has the bounds of a relay's reads. None may be zero.
type Bounds struct {
	MaxBatch int           // new messages that are read at once
	ReadFor  time.Duration // time of a read; a read that takes longer is tried again in smaller steps
	Poll     time.Duration // shortest pause between two scans of the whole outbox
}

// Cursor is where a relay is in the outbox. The index keeps an entry of each deleted message for as
// long as any open snapshot may see it, such as that of a dump. A relay that always began at the
// outbox's start would scan all of these entries at every read.
//
// Positions are given in commit order, so a message that an append has written is never found
// before one that was read. Only a redrive writes lower positions: dead_messages counts what leaves
// it, and a read that meets another count than the previous read begins at the start, in the same
// snapshot. A message that somebody writes by hand is found by a scan of the whole outbox, now and
// then.
//
// A scan goes in steps, each of which has a time limit of its own, since the time of a whole scan
// is not known. A step that takes too long ends the session. The next session goes on with a
// smaller step, after the part of the outbox that is known to be empty, and no scan tries such a
// large step again until all of its steps are quick.
type Cursor struct {
	bounds   Bounds
	passed   int64  // messages up to here are gone, or their streams wait or are dead
	redrives int64  // the count of dead_messages before the last read
	anchor   Anchor // an event that was in the log, at passed or after it
	looking  bool   // a scan from the start has not reached the end
	empty    int64  // this scan has found no message up to here, of any stream
	step     int64  // how many positions the next read advances
	first    int64  // the same for the first read of a scan
	most     int64  // the largest step that is tried: larger ones took too long
	slow     bool   // a step of this scan took a while, so most stays as it is
	took     time.Duration
	looked   time.Time // when the last scan ended
	next     time.Duration
}

// New returns a cursor at the outbox's start.
func New(bounds Bounds) Cursor { return Cursor{bounds: bounds} }

// lookShare bounds the time of scans of the whole outbox: one part in 20 of all time.
const lookShare = 20

// Steps of a scan, in positions. The index entries of that many messages are scanned in a second or
// two; without entries a step takes no time, and the next one is twice as long.
const (
	firstStep = 1 << 20
	leastStep = 1 << 12
	mostStep  = 1 << 30
)

// begin returns the position after which the next read begins, and how far it advances.
func (c *Cursor) begin() (after, step int64) {
	if c.first == 0 {
		c.first, c.most = firstStep, mostStep
	}
	if !c.looking && time.Since(c.looked) >= c.next {
		c.looking, c.passed, c.empty, c.took, c.slow, c.step = true, 0, 0, 0, false, c.first
	}
	return c.passed, c.step
}

// GoBack makes the next read begin before a message: others of its stream may follow it.
func (c *Cursor) GoBack(position int64) { c.passed = min(c.passed, position-1) }

// Restart makes the next read begin at the outbox's start.
func (c *Cursor) Restart() { c.passed = 0 }

// Passed returns the position up to which messages are gone or their streams are left out.
func (c *Cursor) Passed() int64 { return c.passed }

// Step returns how many positions another statement may cover in its time.
func (c *Cursor) Step() int64 { return min(c.step, firstStep) }

// Redriven reports whether anything was redriven since the last read.
func (c *Cursor) Redriven(found *Batch) bool { return found.redrives != c.redrives }

// TooLong notes that a statement over that many positions ran out of time. Later scans don't try as
// many again: the part before may take no time, so that the step would grow as large again.
func (c *Cursor) TooLong(step int64, took time.Duration) {
	c.step = max(min(c.step, step)/16, leastStep)
	c.first, c.most, c.slow = min(c.first, c.step), c.step, true
	c.took += took
}

// Resume returns where another session goes on: after the part in which this one has found nothing,
// if it was still scanning.
func (c *Cursor) Resume() Cursor {
	if !c.looking {
		return Cursor{bounds: c.bounds, first: c.first, most: c.most}
	}
	return Cursor{bounds: c.bounds, passed: c.empty, empty: c.empty, redrives: c.redrives, anchor: c.anchor, looking: true, step: c.step, first: c.first, most: c.most, slow: c.slow, took: c.took}
}

// Settle notes the result of a read, if the next position is known from it: fresh is how many
// messages were new, last the last of them, or the zero Anchor. nothing says that the read left no
// stream out and found no message.
func (c *Cursor) Settle(found *Batch, fresh int, last Anchor, nothing bool) {
	found.Cut = found.Cut || fresh == c.bounds.MaxBatch || found.stored >= mostBytes
	c.spent(found.took, found, c.pass(found, last, nothing))
}

// pass advances over what a read has found: last is the last new message, or the zero anchor. It
// returns false if it is not known what follows the messages that are sent again.
func (c *Cursor) pass(found *Batch, last Anchor, nothing bool) bool {
	from := c.passed
	if found.redrives != c.redrives {
		from, c.empty = 0, 0 // the read began there
	}
	upto := from + c.step
	found.AtEnd = upto >= found.head.Position
	switch {
	case found.Cut && last.Position == 0:
		return false
	case found.Cut:
		c.passed = last.Position
	case !found.AtEnd: // all events up to upto are in the log, so no new message can get a position up to it
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

// spent notes how long a read of a scan took, and whether the scan has ended with it. A read that
// was cut counts for its messages, not for the scan. A step that has covered its part in next to no
// time is doubled, and so is the largest step after a scan of such steps alone.
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
