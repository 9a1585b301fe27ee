// Package measure records the times and outcomes of the steps of a load, and how late they began.
// Package measure sums up these times and outcomes in the Result of a run. Package measure sends no
// requests.
package measure
