// Package outlast waits for the end of the open transactions of other sessions, as far as these
// transactions have written something. Before the end of such a transaction, another session can't
// see what the transaction has changed in the catalog.
//
// The code that waits for transactions belongs in writers.go, and its query in writers.sql. The
// decision when to wait belongs in engine/projection/rebuild, which waits before, during and after
// a switch of tables (docs/decisions/0008).
//
// Package outlast reads PostgreSQL's system views outside of a transaction, and has no table.
// Package outlast starts no goroutine, and must never end a transaction of another session.
package outlast
