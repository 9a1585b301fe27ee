// Package transfers checks the transfers of a run, which a workflow has executed. No money was made
// or lost, each transfer has ended once, and timers were on time. All answers about transfers, and
// all rows of the table of transfers, are the fold of the log (the state that results from all
// events).
package transfers
