//go:build linux

package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/campaign/history"
)

// following has the totals of the events and rows that all subscribers got.
type following struct {
	Subscribers int            `json:"count"`
	Connections int            `json:"connections"`
	Events      int            `json:"events_and_rows"`
	Restarts    int            `json:"restarts"`
	Ends        map[string]int `json:"requests_by_end"`
	each        []history.Followed
}

func followingOf(h *history.History) following {
	f := following{Subscribers: len(h.Followed), Ends: make(map[string]int), each: h.Followed}
	for _, one := range h.Followed {
		f.Connections += one.Connections
		f.Events += len(one.Events) + len(one.Rows)
		f.Restarts += one.Restarts
		for end, count := range one.Ends {
			f.Ends[end] += count
		}
	}
	return f
}

func (f following) print(out io.Writer) {
	var ends []string
	for _, end := range slices.Sorted(maps.Keys(f.Ends)) {
		ends = append(ends, fmt.Sprintf("%s %d", end, f.Ends[end]))
	}
	fmt.Fprintf(out, "\nsubscribers: %d, with %d connections, %d events and rows, %d restarts because the log was said to have changed\n  ends: %s\n",
		f.Subscribers, f.Connections, f.Events, f.Restarts, strings.Join(ends, ", "))
	for _, one := range f.each {
		fmt.Fprintf(out, "  %-56s %9d after %d, in %d connections\n", one.Name, len(one.Events)+len(one.Rows), one.After, one.Connections)
	}
}
