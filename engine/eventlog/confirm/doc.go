// Package confirm answers one question: would an event that was just read survive a promotion of
// the standby?
//
// The package gives out the database connections on which the log is read. Aside limits the number
// of these connections, so that one connection is always left for appends. Confirm makes a read
// wait for a required standby if the standby may lack events that were read. NoticeReplicated
// records up to which position the standby certainly has the log. The SQL that reads the log is in
// other packages. All code of this package is in reads.go.
//
// The package has no table and starts no goroutine. A Reads is safe for concurrent use. A command
// must not be decided on an event that a promotion could lose. Therefore each read for a decision
// waits until its events are replicated, unless the events are known to be replicated
// (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency read through a Reads;
// the SQL that waits for a standby is Await in engine/pg/standby.
package confirm
