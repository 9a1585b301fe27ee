// Package mishaps causes faults of a service's environment, and does the work of the service's
// operators. It makes clocks jump, rotates keys, stalls standbys, and restarts processes one after
// another. It also makes projections park streams, by events that the projections can't apply.
package mishaps
