// Package reconcile answers one question: was each projection given every event of the log, once?
// Each batch notes what it applied, in ranges of positions, and the ranges are compared with the
// log later.
//
// Noting ranges and comparing them belongs here. The rows of a read table do not: a rebuild
// (engine/projection/rebuild) makes those anew. The package decides nothing: a difference is an
// alarm until an operator accepts it or rebuilds.
//
// In reading order: book.go notes what a batch has applied, in the transaction that moves the
// checkpoint; found.go has the result for a projection; compare.go compares a range with the log,
// in one statement; reconcile.go does so with all ranges, once or at intervals.
//
// Its table is applied_ranges. Reconciler.Run, which the Projector of engine/projection runs, may
// run in several processes: one of them works, by a session lock. It must never move a checkpoint.
package reconcile
