// Package flight answers one question: how does a batch of appends reach the server, and what does
// the server report about the batch? A flight is one SQL statement, which takes the append lock,
// appends and commits (docs/decisions/0016). The append lock gives the flights of all processes one
// order (docs/decisions/0001).
//
// The package calls the database functions of engine/schema whose names begin with append_, check_,
// name_ and scope_. The package does not react to the outcome of a batch or to a lost answer:
// engine/eventlog/delivery does.
//
// In reading order: append.sql, append_keyed.sql, append_tagged.sql and append_full.sql are the SQL
// statements; columns.go and tagged.go have the parameters of the statements by name; batch.go
// makes the parameters from chains of appends; report.go reads the outcome of each chain of
// appends; sender.go sends a batch; find.go looks in the log for events whose flight got no answer.
//
// A Sender is safe for concurrent use. While a Sender sends a batch, a goroutine watches the append
// lock (engine/eventlog/lock); a Sender starts no other goroutine. A Sender must never hold the
// append lock during a network round trip, and must never reuse a connection after an error.
package flight
