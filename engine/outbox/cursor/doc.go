// Package cursor answers one question: which messages come next out of the outbox? It goes on from
// where the last read ended, in steps that take a bounded time, and looks at all of the outbox now
// and then.
//
// Reading the outbox belongs here, with what is known of it: the position that was reached, the
// event by which the log is known again, and how large a step may be. What is done with the messages does not:
// engine/outbox/relay sends them.
//
// In reading order: batch.go is what a read has found, cursor.go has the place and the steps, and
// read.go the statements.
//
// It reads the tables outbox, dead_messages and redrives, and asks the log by
// engine/eventlog/logsql. A Cursor is one relay's, on the connection with its lock: no other
// goroutine may use it. It must never pass over a message that was committed, or return one
// whose event is not in the log.
package cursor
