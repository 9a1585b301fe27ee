package jobs_test

import (
	"maps"
	"slices"
	"testing"
)

// results contains, for each unit, the measurements of all turns of one contestant.
type results map[string][]float64

func (r results) add(unit string, value float64) { r[unit] = append(r[unit], value) }

// report reports the median of each unit.
func (r results) report(b *testing.B, of string) {
	b.Helper()
	for _, unit := range slices.Sorted(maps.Keys(r)) {
		values := slices.Sorted(slices.Values(r[unit]))
		b.ReportMetric(values[len(values)/2], of+":"+unit)
	}
}

// compare measures the two contestants alternately, so that other load of the machine affects both.
func compare(b *testing.B, turns int, turn func(b *testing.B, s *bench, r results)) {
	b.Helper()
	benches, measured := make([]*bench, len(contestants)), make([]results, len(contestants))
	for i, c := range contestants {
		benches[i], measured[i] = set(b, c), results{}
	}
	for range b.N * turns {
		for i, s := range benches {
			turn(b, s, measured[i])
		}
	}
	for i, c := range contestants {
		measured[i].report(b, c.name)
	}
	for unit, first := range measured[0] {
		ratios := results{}
		for i, value := range first {
			ratios.add(unit, value/measured[1][unit][i])
		}
		ratios.report(b, contestants[0].name+"/"+contestants[1].name)
	}
}
