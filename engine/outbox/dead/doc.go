// Package dead answers one question: what becomes of a message that the broker refuses again and
// again? It is set aside, with the later ones of its stream, until somebody sends them again or drops
// the first.
//
// The dead messages belong here: how refusals are counted, how messages are set aside, listed,
// redriven and dropped, and the lock that keeps these apart. Which message was refused does not:
// engine/outbox/relay hears that from the broker, and calls.
//
// In reading order: lock.go has one at a time change dead messages; statements.go moves messages,
// streams.go remembers of which streams that is not done yet, aside.go does both for a relay; dead.go
// has Messages, for an operator.
//
// Its tables are dead_messages, outbox and redrives; the log's head is asked by
// engine/eventlog/logsql. Messages may be used by many goroutines, beside any relay, and engine/process/ops
// does; an Aside is one relay's. A message must never be in neither table, nor may one behind a dead one stay in the outbox.
package dead
