package cursor

import (
	"time"
)

// Bounds are a relay's, of a read. None may be zero.
type Bounds struct {
	MaxBatch int           // messages that are new, read at once
	ReadFor  time.Duration // what a read may take; one that takes longer is tried again in smaller steps
	Poll     time.Duration // the least pause between two looks at all of the outbox
}

// Cursor is where a relay is in the outbox. The index keeps an entry of each deleted message
// for as long as any snapshot is open that may see it, such as that of a dump: a relay that
// began at the outbox's start would go through all of them at every read.
//
// Positions are given in commit order, so a message that an append has written is never found
// before one that was read. Only a redrive writes lower ones: dead_messages counts what leaves
// it, and a read that meets another count than the last one begins at the start, in the same
// snapshot. A message that somebody writes by hand is found by a look at all of it, now and then.
//
// A look goes by steps, each of which has time of its own: of a whole look nobody knows how long it
// takes. A step that takes too long ends the session; the next one goes on with a smaller step from where
// the outbox is known to be empty up to, and no look tries one as large again before all of its steps are quick.
type Cursor struct {
	bounds   Bounds
	passed   int64  // messages up to here are gone, or their streams are held or dead
	redrives int64  // what dead_messages had counted before the last read
	anchor   Anchor // an event that was in the log, at passed or behind it
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

// New returns a cursor at the outbox's start.
func New(bounds Bounds) Cursor { return Cursor{bounds: bounds} }

// lookShare bounds what looks at all of the outbox take: one part in 20 of the time.
const lookShare = 20

// Steps of a look, in positions. The entries of as many messages are gone through in a second or two; where
// there are none a step takes no time, and the next is twice as long.
const (
	firstStep = 1 << 20
	leastStep = 1 << 12
	mostStep  = 1 << 30
)

// begin returns the position after which the next read begins, and how far that goes.
func (c *Cursor) begin() (after, step int64) {
	if c.first == 0 {
		c.first, c.most = firstStep, mostStep
	}
	if !c.looking && time.Since(c.looked) >= c.next {
		c.looking, c.passed, c.empty, c.took, c.slow, c.step = true, 0, 0, 0, false, c.first
	}
	return c.passed, c.step
}

// GoBack has the next read begin before a message: others of its stream may stand behind it.
func (c *Cursor) GoBack(position int64) { c.passed = min(c.passed, position-1) }

// Restart has the next read begin at the outbox's start.
func (c *Cursor) Restart() { c.passed = 0 }

// Passed returns the position up to which messages are gone, or their streams are left out.
func (c *Cursor) Passed() int64 { return c.passed }

// Step returns how many positions another statement may go by in its time.
func (c *Cursor) Step() int64 { return min(c.step, firstStep) }

// Redriven reports whether something was redriven since the last read.
func (c *Cursor) Redriven(found *Batch) bool { return found.redrives != c.redrives }

// TooLong notes that a statement over so many positions has had no time to end. Later looks don't try as many again,
// for what goes before may be gone through in no time, and the step be as large by then.
func (c *Cursor) TooLong(step int64, took time.Duration) {
	c.step = max(min(c.step, step)/16, leastStep)
	c.first, c.most, c.slow = min(c.first, c.step), c.step, true
	c.took += took
}

// Resume returns where another session goes on: where this one has found nothing up to, if it was still looking.
func (c *Cursor) Resume() Cursor {
	if !c.looking {
		return Cursor{bounds: c.bounds, first: c.first, most: c.most}
	}
	return Cursor{bounds: c.bounds, passed: c.empty, empty: c.empty, redrives: c.redrives, anchor: c.anchor, looking: true, step: c.step, first: c.first, most: c.most, slow: c.slow, took: c.took}
}

// Settle notes where a read has been, if that is known: how many of its messages were not sent before, and the last of
// them, the zero Anchor if there was none. nothing says that the read left no stream out and has found none.
func (c *Cursor) Settle(found *Batch, fresh int, last Anchor, nothing bool) {
	found.Cut = found.Cut || fresh == c.bounds.MaxBatch || found.stored >= mostBytes
	c.spent(found.took, found, c.pass(found, last, nothing))
}

// pass takes in what a read has found: the last message that was not sent before, the zero anchor if there
// was none, and whether there are more. It returns false if it is not known what stands behind
// those that are sent again.
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
	case !found.AtEnd: // all events up to there are in the log, so no message comes there any more
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

// spent notes how long a read of a look took, and whether the look has ended by it. A read that is cut is one of
// messages, and no part of the look's price. A step that has gone through a part to its end in next to no time is
// doubled, and so is the largest one after a look of such steps alone.
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
