// Package hits computes the periods in which each process has a fault, or had a fault shortly
// before.
package hits
