package baselines

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// Join adds results from an earlier report to this report: the results of the benchmarks that this
// report lacks. Join then sorts all rows in the usual order of the benchmarks.
func Join(r *findings.Report, earlier *findings.Report) {
	held := map[string]bool{}
	for _, row := range r.Rows {
		held[row.Contest] = true
	}
	for _, row := range earlier.Rows {
		if !held[row.Contest] {
			r.Rows = append(r.Rows, row)
		}
	}
	for _, turn := range earlier.Turns {
		if !held[turn.Contest] {
			r.Turns = append(r.Turns, turn)
		}
	}
	slices.SortStableFunc(r.Rows, func(a, b score.Row) int { return placeOf(a.Contest) - placeOf(b.Contest) })
}

func placeOf(name string) int {
	return slices.IndexFunc(contests, func(c contest) bool { return c.name == name })
}
