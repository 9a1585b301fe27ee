// Package measure keeps what the steps of a load took, how they went and how late they began, and
// sums it up: the Result of a run. It sends nothing.
package measure
