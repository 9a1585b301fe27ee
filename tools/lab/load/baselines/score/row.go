package score

import (
	"fmt"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/report"
)

// Row is a row of the benchmarks' report.
type Row struct {
	Contest  string    `json:"contest"`
	Title    string    `json:"title"`
	Value    Spread    `json:"value"` // mostly a ratio; the spread over all rounds
	Unit     string    `json:"unit,omitempty"`
	Reach    Goal      `json:"reach"`
	Figures  []Figure  `json:"figures,omitempty"` // the two figures of the ratio
	Note     string    `json:"note,omitempty"`
	Measured time.Time `json:"measured"`
	Revision string    `json:"revision,omitempty"`
}

// Figure is the numerator or the denominator of a ratio.
type Figure struct {
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Value Spread `json:"value"`
}

// Goal says that the value of a row should be at least Least or at most Most. The zero Goal means
// that the row has no goal.
type Goal struct {
	Least float64 `json:"at_least,omitempty"`
	Most  float64 `json:"at_most,omitempty"`
}

func AtLeast(ratio float64) Goal { return Goal{Least: ratio} }
func AtMost(ratio float64) Goal  { return Goal{Most: ratio} }

func (g Goal) String() string {
	switch {
	case g.Least > 0:
		return "≥ " + report.Number(g.Least)
	case g.Most > 0:
		return "≤ " + report.Number(g.Most)
	}
	return ""
}

// Share returns the share of the goal that a value reaches. A share of 1 or more means that the
// value reaches the goal.
func (g Goal) Share(value float64) float64 {
	switch {
	case g.Least > 0:
		return value / g.Least
	case g.Most > 0 && value > 0:
		return g.Most / value
	}
	return 0
}

// WithUnit returns the median of the row's value, with its unit.
func (r Row) WithUnit() string {
	return strings.TrimSpace(report.Number(r.Value.Median) + " " + r.Unit)
}

func (r Row) figures() string {
	var sides []string
	for _, f := range r.Figures {
		sides = append(sides, f.Name+" "+report.Number(f.Value.Median)+f.Unit)
	}
	return strings.Join(sides, ", ")
}

func (r Row) Details() string {
	details := r.figures()
	if r.Note != "" && details != "" {
		details += "; "
	}
	return details + r.Note
}

func (r Row) String() string {
	return fmt.Sprintf("%s: %s (%s) %s", r.Title, r.WithUnit(), r.Value.Ends(), r.Details())
}
