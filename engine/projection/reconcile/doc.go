// Package reconcile checks whether each projection was given every event of the log exactly once.
// Each batch records what it has applied, in ranges of positions, and the ranges are compared with
// the log later.
//
// Put code that records and compares ranges in this package. The repair of wrong rows belongs in
// engine/projection/rebuild. Package reconcile decides nothing: a difference is an alarm until an
// operator accepts it or rebuilds.
//
// In reading order: book.go records what a batch has applied, in the transaction that moves the
// checkpoint; found.go has the result for a projection; compare.go compares a range with the log,
// in one statement; reconcile.go compares all ranges, once or at intervals.
//
// The table of package reconcile is applied_ranges. Reconciler.Run, which the Projector of
// engine/projection calls, may run in several processes: a session lock lets one of them work at a
// time. Package reconcile must never move a checkpoint.
package reconcile
