package bench

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// Bench holds what one contest needs, and is cleared after it.
type Bench struct {
	Lab      *lab.Lab
	Contest  string
	side     string // whose turn it is
	Measured score.Figures
	Turns    []findings.Turn
	ends     []func() // in reverse
}

func (b *Bench) Clear() {
	for _, end := range slices.Backward(b.ends) {
		end()
	}
}
