// Package transfers checks the transfers of a run, which a workflow has executed. The checks are:
// no money was made or lost, each transfer has ended once, and timers were on time. All answers
// about transfers, and all rows of the table of transfers, must be the fold of the log (the state
// that results from the events).
package transfers
