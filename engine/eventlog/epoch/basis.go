package epoch

import "github.com/google/uuid"

// Mark is an event that this process has seen in the log. If the log no longer contains the mark,
// the log went back to an earlier state, for example by a restore.
type Mark struct {
	Position int64 // 0: no mark
	Event    uuid.UUID
}

// Basis has an epoch of the log (the name of one history of the log), and marks in that epoch.
// While the log contains all marks of the Basis, everything that this process has cached from the
// log is still valid. Usually a Basis has one mark: the last event that was read. Reads that run at
// the same time add one mark each. When a later read has seen all these marks in the log, one newer
// mark replaces them. A Basis never changes.
type Basis struct {
	number    int64 // number of the epoch: each new epoch has a higher number
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

// with returns a copy of the Basis in which one new mark (the parameter to) replaces old marks (the
// parameter seen). A mark is an event that was seen in the log. A single read must have found the
// new mark and the old marks in the log.
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
