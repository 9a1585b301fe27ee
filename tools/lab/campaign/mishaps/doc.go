// Package mishaps has what happens to a service and its operators: clocks jump, keys rotate,
// standbys stall, streams are parked, processes restart in turns.
package mishaps
