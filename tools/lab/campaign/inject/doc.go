// Package inject lists all kinds of faults, and causes faults at random times. No kind is active
// twice at the same time.
package inject
