package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

// Table returns the result of a run as a table for a terminal.
func Table(r *measure.Result) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %s · %s · %s s\n\n", r.Name, Shape(r), Number(r.Seconds))
	lines := [][]string{{"ms", "done", "/s", "p50", "p90", "p99", "p99.9", "max", "mean", "failed"}}
	for _, p := range r.Parts {
		lines = append(lines, line(p.Name, p.Count, p.PerSecond, p.Latency, p.Failed))
	}
	out.WriteString(Align(lines))
	errorsOf(&out, r)
	scheduleOf(&out, r)
	return out.String()
}

// Shape returns a description of the load of a run: an open loop with its rate, or a closed loop
// with its number of clients.
func Shape(r *measure.Result) string {
	if r.Rate > 0 {
		return fmt.Sprintf("open loop, %s/s", Number(r.Rate))
	}
	if r.Clients == 1 {
		return "1 client"
	}
	return fmt.Sprintf("%d clients", r.Clients)
}

func line(name string, count int64, perSecond float64, l measure.Latency, failed int64) []string {
	cells := []string{name, Count(count), Number(perSecond)}
	for _, ms := range []float64{l.P50, l.P90, l.P99, l.P999, l.Max, l.Mean} {
		cells = append(cells, Number(ms))
	}
	return append(cells, Count(failed))
}

func errorsOf(out *strings.Builder, r *measure.Result) {
	if r.Failed() == 0 {
		return
	}
	lines := [][]string{{"errors", "", "p50 ms", "p99 ms"}}
	for _, p := range r.Parts {
		for i, kind := range slices.Sorted(maps.Keys(p.Errors)) {
			cells := []string{p.Name + ": " + kind, Count(p.Errors[kind])}
			if i == 0 && p.Failing != nil {
				cells = append(cells, Number(p.Failing.P50), Number(p.Failing.P99))
			}
			lines = append(lines, cells)
		}
	}
	out.WriteString("\n" + Align(lines))
}

func scheduleOf(out *strings.Builder, r *measure.Result) {
	s := r.Schedule
	if s == nil {
		return
	}
	fmt.Fprintf(out, "\n  Latencies count from the schedule. The generator itself was %s ms late (median; p99 %s ms, at most %s ms).\n",
		Number(s.Late.P50), Number(s.Late.P99), Number(s.Late.Max))
	if s.Waited > 0 {
		fmt.Fprintf(out, "  %s began late because all %s connections were busy.\n", Count(s.Waited), Count(int64(r.Clients)))
	}
	if s.Unsent > 0 {
		fmt.Fprintf(out, "  %s were due and never sent: they are in no figure above.\n", Count(s.Unsent))
	}
}
