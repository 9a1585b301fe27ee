// Package mishaps contains faults of a service's environment, and work of its operators. Clocks
// jump, keys rotate, standbys stall, and processes restart one after another. Projections park
// streams, because they can't apply an event.
package mishaps
