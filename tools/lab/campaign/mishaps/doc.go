// Package mishaps causes faults of a service's environment, and does the work of the service's
// operators. Clocks jump, keys rotate, standbys stall, and processes restart one after another.
// Projections park streams, because they can't apply an event.
package mishaps
