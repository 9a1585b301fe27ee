//go:build linux

package transfers

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// Figures says how many transfers there were, how they ended, and how long they took. The time of a
// transfer begins with the answer 202, and ends when the observer that follows the log reads the
// transfer's last event.
type Figures struct {
	Count    int            `json:"count"`
	Ends     map[string]int `json:"by_end"`
	Measured int            `json:"measured"`
	Median   time.Duration  `json:"p50_nanoseconds"`
	P99      time.Duration  `json:"p99_nanoseconds"`
	Longest  time.Duration  `json:"longest_nanoseconds"`
}

// FiguresOf returns the figures of a run.
func FiguresOf(e *evidence.Evidence) Figures {
	f := Figures{Ends: make(map[string]int)}
	var took []time.Duration
	for _, events := range e.Transfers {
		own := ofStream(events)
		if len(own) == 0 {
			continue
		}
		row := fold(own)
		f.Count++
		f.Ends[endOf(row.Status, row.Code)]++
		calls := e.ByKey[own[0].Key]
		answered := slices.IndexFunc(calls, answers.Call.Succeeded)
		seen, ok := e.History.SeenAt(own[len(own)-1].Position)
		if answered >= 0 && ok {
			took = append(took, max(0, seen-calls[answered].Done))
		}
	}
	if f.Measured = len(took); f.Measured > 0 {
		slices.Sort(took)
		f.Median, f.P99, f.Longest = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	}
	return f
}

// endOf returns the name under which the figures count a transfer that ended with the given status
// and code.
func endOf(status, code string) string {
	if status == "refunded" || status == "refused" {
		return status + ", " + code
	}
	return status
}

// Print prints the figures.
func (f Figures) Print(out io.Writer) {
	fmt.Fprintf(out, "\ntransfers: %d; from the answer 202 to the end p50 %v, p99 %v, at most %v (%d measured, to within 20 ms)\n",
		f.Count, f.Median.Round(time.Millisecond), f.P99.Round(time.Millisecond), f.Longest.Round(time.Millisecond), f.Measured)
	for _, end := range slices.Sorted(maps.Keys(f.Ends)) {
		fmt.Fprintf(out, "  %-28s %9d\n", end, f.Ends[end])
	}
}
