package epoch

import "github.com/google/uuid"

// Mark is an event that this process has seen in the log. If the log no longer has the mark, the
// log went back to an earlier state.
type Mark struct {
	Position int64 // 0: no mark
	Event    uuid.UUID
}

// Basis has an epoch of the log, and marks in that epoch. Everything that this process remembers of
// the log was read while the log had some of the marks, and comes from positions up to the last
// mark. Usually a basis has one mark. Reads that run at the same time add one mark each, until one
// read sees these marks together. A Basis never changes.
type Basis struct {
	number    int64 // number of the epoch
	Epoch     uuid.UUID
	Positions []int64 // positions of the marks, in the form of the statement's parameter
	IDs       [][16]byte
}

// Last returns the mark with the highest position, or the zero Mark if there is no mark.
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

// with returns a copy of the basis in which a new mark replaces the marks of seen: the log from
// which the new mark was read had the marks of seen.
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
