package bench

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// Bench holds the state of one benchmark. The method Clear ends all programs and databases that the
// benchmark has started.
type Bench struct {
	Lab      *lab.Lab
	Contest  string
	side     string // name of the contestant that is being measured
	Measured score.Figures
	Turns    []findings.Turn
	ends     []func() // functions that Clear calls, in reverse order
}

func (b *Bench) Clear() {
	for _, end := range slices.Backward(b.ends) {
		end()
	}
}
