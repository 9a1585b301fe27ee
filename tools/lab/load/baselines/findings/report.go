package findings

import (
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Report holds the results of all benchmarks, and a description of the machine.
type Report struct {
	Machine Machine     `json:"machine"`
	Rows    []score.Row `json:"rows"`
	Turns   []Turn      `json:"turns"`
}

// Turn is one measurement of a benchmark: the load on one contestant (a program or configuration)
// in one round.
type Turn struct {
	Contest string          `json:"contest"`
	Side    string          `json:"side"`
	Round   int             `json:"round"`
	Result  *measure.Result `json:"result"`
}

// Table returns the report as a table for a terminal.
func (r *Report) Table() string {
	lines := [][]string{{"", "measured", "min – max", "to reach"}}
	for _, row := range r.Rows {
		lines = append(lines, []string{row.Title, row.WithUnit(), row.Value.Ends(), row.Reach.String()})
	}
	return report.Align(lines)
}
