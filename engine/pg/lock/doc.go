// Package lock runs work under a lock of a database session, so that one of several processes works
// and another process takes over if that process dies or freezes (docs/decisions/0002).
//
// The package takes locks and finds the sessions that hold them. The work and the names of the
// locks are in engine/projection, engine/outbox, engine/chain and engine/snapshots. engine/pg/retry
// decides when interrupted work goes on.
//
// In reading order: again.go repeats work; hold.go runs work once under a lock, and ends a silent
// session that holds the lock; holders.go finds the sessions that hold locks.
//
// Work shares the lock's connection and must use it at least every few seconds. Work must never go
// on after that connection is lost.
package lock
