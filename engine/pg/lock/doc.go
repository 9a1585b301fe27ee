// Package lock runs work under a session lock that can be lost, so that of several processes one
// works and another takes over from one that dies or freezes (docs/decisions/0002).
//
// Taking locks and saying who holds them belong here. The work does not, nor do names of locks:
// engine/projection, engine/outbox, engine/chain and engine/snapshots bring theirs. How work goes on
// after an interruption is in engine/pg/retry.
//
// In reading order: again.go tries work again and again, hold.go runs it once under a lock, and ends a
// holder that is silent, holders.go says who holds what.
//
// Work shares the lock's connection and must use it at least every few seconds. It must never go
// on when that connection is lost.
package lock
