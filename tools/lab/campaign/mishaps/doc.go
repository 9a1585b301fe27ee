// Package mishaps contains the faults that happen to a service and its operators: clocks jump, keys
// rotate, standbys stall, projections park streams, and processes restart one after another.
package mishaps
