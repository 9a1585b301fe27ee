// Package measure records how long the steps of a load took, how they went and how late they began,
// and sums this up in the Result of a run. It sends nothing.
package measure
