// Package reconcile checks whether each projection was given every event of the log exactly once.
// Each batch records the events that it has applied, in ranges of positions. Later, package
// reconcile compares these ranges with the log.
//
// Code that records and compares ranges belongs in this package. The repair of wrong rows belongs
// in engine/projection/rebuild. Package reconcile repairs nothing: it reports a difference until an
// operator accepts the difference or rebuilds the tables.
//
// In reading order: book.go records what a batch has applied, in the transaction that moves the
// checkpoint; found.go has the result for a projection; compare.go compares a range with the log,
// in one statement; reconcile.go compares all ranges, once or at intervals.
//
// The table of package reconcile is applied_ranges. The Projector of engine/projection calls
// Reconciler.Run. Several processes may call Reconciler.Run, but a session lock lets only one of
// them work at a time. Package reconcile must never move a checkpoint.
package reconcile
