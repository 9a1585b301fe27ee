// Package dead answers one question: what becomes of a message that the broker refuses again and
// again? It is set aside, with the later ones of its stream, until somebody sends them again or drops
// the first.
//
// The dead messages belong here: how they are set aside, listed, redriven and dropped, and the lock
// that keeps these apart. When a message is refused too often does not: engine/outbox/relay counts
// and calls.
//
// In reading order: lock.go has one at a time change dead messages; aside.go sets messages aside,
// streams.go remembers of which streams that is not done yet; dead.go has Messages, for an operator.
//
// Its tables are dead_messages, outbox and redrives; the log's head is asked by
// engine/eventlog/logsql. Messages may be used by many goroutines, beside any relay; engine/process/ops
// does. A message must never be in neither table, nor may one behind a dead one stay in the outbox.
package dead
