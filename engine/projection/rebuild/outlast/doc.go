// Package outlast waits until open transactions of others that have written something have ended:
// only then is it visible what they have changed in the catalog.
//
// That wait belongs here. The reason for it does not: engine/projection/rebuild waits before, in
// and after a switch of tables (docs/decisions/0008).
//
// Its files are writers.go and its query, writers.sql. It reads PostgreSQL's own views, in a
// session without a transaction, and has no table. Nothing runs by itself. It must never end a
// transaction of another session.
package outlast
