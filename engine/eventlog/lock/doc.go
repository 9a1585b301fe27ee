// Package lock answers one question: what keeps appends from the append lock, and from the other
// locks that they need? All flights of all processes take that one lock, one after another
// (docs/decisions/0001).
//
// The lock's name, the search for sessions that keep appends waiting, and the end of those that do
// so for too long belong here. Taking the lock does not: append_events of engine/schema does that,
// within a flight. lock.go has the name, free.go ends a session that keeps the lock, holders.go
// finds the transactions that hold or await locks that appends need, blockers.go finds the sessions
// for which the lock's holder waits.
//
// Watch runs beside each flight; readiness calls the others. A Holders may be used by many
// goroutines. The package must never take a lock of its own, nor end a flight that waits for the
// disk or for a standby: that flight has done its work.
//
// engine/eventlog/flight watches the lock, engine/eventlog/ready asks which sessions hold it, and
// engine/eventlog/fate recognizes by Statement that a wait for it has ended.
package lock
