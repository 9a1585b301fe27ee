// Package hits computes the times at which each process had a fault, or had had a fault shortly
// before.
package hits
