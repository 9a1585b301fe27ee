// Package confirm answers one question: would an event that was just read survive a promotion of
// the standby?
//
// The package hands out the connections on which the log is read. Aside bounds these connections,
// so that one is left for the next flight. Confirm makes a read wait for a required standby if the
// standby may lack what was read. NoticeReplicated learns from a flight up to which position the
// standby certainly has the log. The statements that read the log are in other packages. All code
// of this package is in reads.go.
//
// The package has no table and starts no goroutine. A Reads is safe for concurrent use. A decision
// may rest on an event only if the event is known to be replicated, or if the read has waited for
// the event's replication (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency read through a Reads;
// the SQL that waits for a standby is Await in engine/pg/standby.
package confirm
