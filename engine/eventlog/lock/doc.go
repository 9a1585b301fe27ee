// Package lock answers one question: what keeps appends from the append lock, and from the other
// locks that they need? All flights of all processes take that one lock, one after another
// (docs/decisions/0001).
//
// The lock's name, the search for those who keep appends waiting, and the end of those who keep them
// too long belong here. Taking the lock does not: append_events of engine/schema
// does that, within a flight. lock.go has the name, free.go ends what keeps the lock, holders.go finds
// the transactions that hold or await what appends need, blockers.go those that the holder of the lock waits for.
//
// Watch runs beside each flight, and the others when readiness asks. A Holders may be used by many
// goroutines. The package must never take a lock of its own, nor end what waits for the disk or for
// a standby: that flight has done its work.
//
// engine/eventlog/flight watches the lock, engine/eventlog/ready asks who holds it, and
// engine/eventlog/fate knows by Statement that a wait for it has ended.
package lock
