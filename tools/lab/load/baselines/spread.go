package baselines

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/report"
)

// Spread is a figure of several rounds.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spreadOf is the middle and the ends of some figures; of an even number of them the
// middle is between two.
func spreadOf(figures []float64) Spread {
	if len(figures) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1]}
}

// ratiosOf divides round by round: a slow minute of the machine slows both sides of it.
func ratiosOf(over, under []float64) []float64 {
	var ratios []float64
	for i := range min(len(over), len(under)) {
		if under[i] > 0 {
			ratios = append(ratios, over[i]/under[i])
		}
	}
	return ratios
}

func (s Spread) ends() string {
	if s.Min == s.Max {
		return ""
	}
	return report.Number(s.Min) + " – " + report.Number(s.Max)
}

// figures are what the sides of a contest had in each round, by name.
type figures map[string][]float64

func (f figures) median(name string) float64 { return spreadOf(f[name]).Median }

// row divides one figure by another, round by round.
func (f figures) row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: spreadOf(ratiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, spreadOf(f[over])}, {under, unit, spreadOf(f[under])}},
	}
}

// value is a row of one figure alone.
func (f figures) value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: spreadOf(f[name])}
}
