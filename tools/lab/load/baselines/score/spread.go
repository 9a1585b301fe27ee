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

// SpreadOf returns the median and the extremes of the figures. The median of an even number of
// figures is the mean of the two in the middle.
func SpreadOf(figures []float64) Spread {
	if len(figures) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1]}
}

// RatiosOf returns the ratio of two figures for each round. A slow minute of the machine affects
// both figures of a round, so the slow minute hardly affects their ratio.
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
