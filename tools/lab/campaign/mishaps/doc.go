// Package mishaps contains the faults that happen to a service and its operators: clocks jump, keys
// rotate, standbys stall, streams are parked, and processes restart one after another.
package mishaps
