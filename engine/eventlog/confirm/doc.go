// Package confirm answers one question: would what was just read survive a promotion of the
// standby?
//
// The connections on which the log is read belong here: Aside bounds them, so that one is left for
// the next flight; Confirm makes a read wait for a required standby if the standby may lack what
// was read; NoticeReplicated learns from flights what the standby has for certain. A statement that
// reads does not belong here. It is all in reads.go.
//
// It has no table and no goroutine, and a Reads may be used by many. No decision may rest on an
// event before the event is known to be replicated, or was waited for (docs/decisions/0013).
//
// engine/eventlog/read, engine/eventlog/load and engine/eventlog/idempotency read through it; the
// SQL that waits for a standby is AwaitStandby in engine/pg.
package confirm
