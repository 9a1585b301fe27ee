// Package refold answers one question: is a row of a read model what its stream's events make of
// it? It applies the events of a stream once more, by the projection's own Apply, to empty tables
// of the same shape, and compares the rows.
//
// Code that checks rows of read models for the console belongs in this package; a rebuild
// (engine/projection/rebuild) makes all rows anew. In reading order:
// refold.go applies the events to temporary tables, in a transaction that is rolled back; rows.go
// reads and compares rows; table.go reads what the database knows about a table.
//
// Package refold works for every projection without code, because a Set knows the tables and the
// Apply of each projection. It starts no goroutine, and nothing that it does lasts: it never writes
// to a table of the service. The events, the rows and the checkpoint come from one snapshot of the
// database, so that a projection that runs meanwhile makes no difference. Events of other streams
// are not applied: if a projection needs them for a row, Refold says that it can't tell.
package refold
