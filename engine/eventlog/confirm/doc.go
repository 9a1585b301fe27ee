// Package confirm answers one question: would a promotion of the standby lose an event that was
// just read?
//
// The package gives out the database connections on which the log is read. Aside limits the number
// of these connections, so that one connection is always left for appends. Confirm makes a read
// wait for a required standby (one for which each COMMIT waits) if the standby may lack events that
// were read. NoticeReplicated records up to which position the standby certainly has the log. The
// SQL that reads the log is in other packages. All code of this package is in reads.go.
//
// The package has no table and starts no goroutine. A Reads is safe for concurrent use. A command
// must not be decided on an event that a promotion could lose. Therefore, if the events of such a
// read are not known to be replicated, the read waits until they are (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency use the type Reads.
// The SQL that waits for a standby is the constant Await in engine/pg/standby.
package confirm
