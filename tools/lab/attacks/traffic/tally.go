//go:build linux

package traffic

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tally counts the results of requests by kind.
type Tally map[string]int64

// Total returns the sum over all kinds.
func (t Tally) Total() (total int64) {
	for _, count := range t {
		total += count
	}
	return total
}

// String lists the kinds with their counts.
func (t Tally) String() string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(t)) {
		kinds = append(kinds, fmt.Sprintf("%s × %d", kind, t[kind]))
	}
	if len(kinds) == 0 {
		return "nothing"
	}
	return strings.Join(kinds, ", ")
}
