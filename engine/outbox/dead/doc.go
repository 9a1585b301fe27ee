// Package dead answers one question: what happens to a message that the broker refuses again and
// again? The message is moved to the table dead_messages, together with the later messages of its
// stream. An operator then redrives all of these messages (moves them back to the outbox), or drops
// the first one.
//
// Package dead counts refusals, moves messages to dead_messages, and lists, redrives and drops dead
// messages. It also has the lock for these changes. engine/outbox/relay learns from the broker that
// a message was refused, and calls package dead.
//
// In reading order: lock.go lets one session at a time change dead messages; statements.go has
// the SQL that moves messages; streams.go stores for which streams messages must still be moved;
// aside.go does the work for a relay; dead.go has Messages, for an operator.
//
// Package dead uses the tables dead_messages, outbox and redrives. The SQL that finds the end of
// the log comes from engine/eventlog/logsql. Messages is safe for concurrent use, also while a
// relay runs; engine/process/ops uses it. An Aside belongs to one relay. Each message must always
// be in one of the tables outbox and dead_messages. If a stream has a dead message, the stream's
// later messages must not stay in the outbox.
package dead
