// Package confirm answers one question: can a promotion of the standby lose an event that was just
// read?
//
// The package provides the database connections on which the log is read. The method Aside limits
// the number of these connections, so that one connection is always left for appends. The method
// Confirm makes a read wait for a required (synchronous) standby if the standby may lack events
// that were read. NoticeReplicated records the position up to which the standby certainly has all
// events. The SQL that reads the log is in other packages. All code of this package is in reads.go.
//
// The package has no table and starts no goroutine. A value of the type Reads is safe for
// concurrent use. A command must not be decided on an event that a promotion could lose. Therefore,
// if an event may not be replicated yet, the read of this event waits until the standby has the
// event (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency use the type Reads.
// The SQL that waits for a standby is the constant Await in engine/pg/standby.
package confirm
