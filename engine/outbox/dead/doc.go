// Package dead answers one question: what becomes of a message that the broker refuses again and
// again? It is set aside, with the later ones of its stream, until an operator sends them again or
// drops the first.
//
// The dead messages belong here: counting refusals, setting messages aside, listing, redriving and
// dropping them, and the lock for all of this. Noticing a refusal does not: engine/outbox/relay
// learns it from the broker, and calls.
//
// In reading order: lock.go lets one session at a time change dead messages; statements.go moves
// messages, streams.go remembers the streams for which that is not done yet, aside.go does both for
// a relay; dead.go has Messages, for an operator.
//
// Its tables are dead_messages, outbox and redrives; engine/eventlog/logsql has SQL for the log's
// head. Messages may be used by many goroutines, beside any relay, as engine/process/ops does; an
// Aside belongs to one relay. A message must never be in neither table, nor may a message after a
// dead one stay in the outbox.
package dead
