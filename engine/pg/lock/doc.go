// Package lock runs work under a session lock that can be lost, so that one of several processes
// works and another takes over if it dies or freezes (docs/decisions/0002).
//
// Taking locks and finding their holders belong here. The work does not, nor do names of locks:
// engine/projection, engine/outbox, engine/chain and engine/snapshots have theirs. How work goes on
// after an interruption is in engine/pg/retry.
//
// In reading order: again.go retries work, hold.go runs it once under a lock, and ends a holder
// that is silent, holders.go finds the holders of locks.
//
// Work shares the lock's connection and must use it at least every few seconds. It must never go on
// when that connection is lost.
package lock
