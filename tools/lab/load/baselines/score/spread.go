package score

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/report"
)

// Spread holds the median, the minimum and the maximum of a figure.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// SpreadOf returns the median and the extremes of the figures. If the number of figures is even,
// the median is the mean of the two figures in the middle.
func SpreadOf(figures []float64) Spread {
	if len(figures) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1]}
}

// RatiosOf returns the ratio of two figures for each round. If the machine is slow during a round,
// both figures of that round are smaller, so their ratio hardly changes.
func RatiosOf(over, under []float64) []float64 {
	var ratios []float64
	for i := range min(len(over), len(under)) {
		if under[i] > 0 {
			ratios = append(ratios, over[i]/under[i])
		}
	}
	return ratios
}

func (s Spread) Ends() string {
	if s.Min == s.Max {
		return ""
	}
	return report.Number(s.Min) + " – " + report.Number(s.Max)
}
