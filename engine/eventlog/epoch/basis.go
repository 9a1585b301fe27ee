package epoch

import "github.com/google/uuid"

// Mark is an event that this process has seen in the log: later events were appended to a log that
// had it.
type Mark struct {
	Position int64 // 0: none
	Event    uuid.UUID
}

// Basis is what this process rests on: an epoch of the log, and marks in it. Everything that the
// process remembers of the log was read while some of the marks were in the log, and is not after
// them. Mostly there is one mark; reads that run at the same time add one each, until a read sees
// them together. A basis does not change.
type Basis struct {
	number    int64 // of the epoch
	Epoch     uuid.UUID
	Positions []int64 // of the marks, in the form of the statement's parameter
	IDs       [][16]byte
}

// Last returns the mark with the highest position.
func (b *Basis) Last() (last Mark) {
	for i, position := range b.Positions {
		if position > last.Position {
			last = Mark{position, b.IDs[i]}
		}
	}
	return last
}

func (b *Basis) has(position int64, id [16]byte) bool {
	for i := range b.Positions {
		if b.Positions[i] == position && b.IDs[i] == id {
			return true
		}
	}
	return false
}

// with returns the basis with another mark in place of those of seen: the mark was read from a log
// that had them.
func (b *Basis) with(seen *Basis, to Mark) *Basis {
	if last := seen.Last(); last.Position >= to.Position {
		to = last
	}
	next := &Basis{number: b.number, Epoch: b.Epoch}
	for i := range b.Positions {
		if !seen.has(b.Positions[i], b.IDs[i]) && (b.Positions[i] != to.Position || b.IDs[i] != to.Event) {
			next.Positions, next.IDs = append(next.Positions, b.Positions[i]), append(next.IDs, b.IDs[i])
		}
	}
	if to.Position > 0 {
		next.Positions, next.IDs = append(next.Positions, to.Position), append(next.IDs, to.Event)
	}
	return next
}
