package measure

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// These constants are the range and the precision of the histograms of latencies, in microseconds.
const (
	longest = int64(2 * time.Minute / time.Microsecond)
	digits  = 3
)

// note records a duration in a histogram. If the duration is longer than the constant longest, note
// records longest instead of the duration.
func note(h *hdrhistogram.Histogram, took time.Duration) {
	_ = h.RecordValue(max(1, min(took.Microseconds(), longest))) // can't fail: the value is within the bounds
}

func latencyOf(h *hdrhistogram.Histogram) Latency {
	at := func(percent float64) float64 { return float64(h.ValueAtPercentile(percent)) / 1000 }
	return Latency{P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: at(100), Mean: h.Mean() / 1000}
}

// curveOf returns points of a distribution of latencies: for some percentages of the requests, the
// time that these requests took at most. Near 100 %, the percentages are closer together than
// elsewhere.
func curveOf(h *hdrhistogram.Histogram) []Point {
	var curve []Point
	total := float64(h.TotalCount())
	for rest := 100.0; rest*total >= 100; rest *= 0.891251 { // twenty points for each additional nine (90 %, 99 %, 99.9 % …)
		curve = append(curve, Point{100 - rest, float64(h.ValueAtPercentile(100-rest)) / 1000})
	}
	return curve
}
