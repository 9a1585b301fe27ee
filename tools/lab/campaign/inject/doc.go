// Package inject lists all kinds of faults, and causes faults at random times. At most one fault of
// each kind is active at a time.
package inject
