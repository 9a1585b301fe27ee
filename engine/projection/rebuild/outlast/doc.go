// Package outlast waits until the open transactions of other sessions that have written something
// have ended: only then are their changes of the catalog visible.
//
// Put that wait in this package, in writers.go and its query writers.sql. The decision when to wait
// belongs in engine/projection/rebuild, which waits before, during and after a switch of tables
// (docs/decisions/0008).
//
// Package outlast reads PostgreSQL's own views, in a session without a transaction, and has no
// table. Package outlast starts no goroutine. Package outlast must never end a transaction of
// another session.
package outlast
