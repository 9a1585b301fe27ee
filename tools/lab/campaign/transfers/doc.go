// Package transfers checks the transfers of a run, which a workflow has carried out: that no money
// was made or lost, that each transfer has ended once, that timers were on time, and that all
// answers and rows are the fold of the log.
package transfers
