// Package measure records the times and outcomes of the steps of a load, and how late they began.
// It sums these up in the Result of a run. It sends no requests.
package measure
