// Package cursor answers one question: which messages of the outbox come next? A Cursor
// continues where the last read ended, in steps with a time limit, and scans the whole outbox at
// intervals.
//
// Code that reads the outbox for a relay belongs in this package. The relay remembers three things
// between two reads: the position that it has reached, an event that shows whether the log has lost
// events, and the largest allowed step. Code that sends messages belongs in engine/outbox/relay.
//
// In reading order: batch.go has the result of a read, cursor.go has the position and the steps,
// and read.go has the SQL statements.
//
// Package cursor reads the tables outbox, dead_messages and redrives, and reads the log with the
// SQL of engine/eventlog/logsql. A Cursor belongs to one relay, and uses the connection that has
// the relay's lock: no other goroutine may use the Cursor. A Cursor must never skip a committed
// message, and never return a message whose event is not in the log.
package cursor
