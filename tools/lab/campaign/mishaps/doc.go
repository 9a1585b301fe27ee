// Package mishaps does what happens to a service and to those who run it: clocks jump, keys
// rotate, standbys stall, streams are parked, processes restart in turns.
package mishaps
