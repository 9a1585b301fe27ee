// Package inject lists all faults, and does them at random instants, each kind at most once at a
// time.
package inject
