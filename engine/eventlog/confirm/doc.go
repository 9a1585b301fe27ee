// Package confirm answers one question: would what was just read survive a promotion of the standby?
//
// The connections on which the log is read belong here: Aside bounds them, so that one is left for
// the next flight, Confirm has a read wait for a required standby where that may not have what was
// read, and NoticeReplicated learns from flights what it has for certain. A statement that reads
// does not belong here. It is all in reads.go.
//
// It has no table and no goroutine, and a Reads may be used by many. An event must never be the base
// of a decision before it is known to be replicated or was waited for (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency read by way of it;
// the SQL that waits for a standby is AwaitStandby in engine/pg.
package confirm
