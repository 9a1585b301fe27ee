// Package checks lists the guarantees, and checks the history of a run for violations of each
// guarantee.
package checks
