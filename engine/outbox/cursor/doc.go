// Package cursor answers one question: which messages come next out of the outbox? It goes on where
// the last read ended, in steps that take a bounded time, and scans the whole outbox now and then.
//
// Reading the outbox belongs here, with what is known about it: the position that was reached, the
// event by which the log is recognized, and how large a step may be. Sending the messages does not:
// engine/outbox/relay does that.
//
// In reading order: batch.go is the result of a read, cursor.go has the place and the steps, and
// read.go the statements.
//
// It reads the tables outbox, dead_messages and redrives, and asks about the log by
// engine/eventlog/logsql. A Cursor belongs to one relay, on the connection with its lock: no other
// goroutine may use it. It must never skip a message that was committed, or return one whose event
// is not in the log.
package cursor
