// Package lock runs work under a lock of a database session, so that only one of several processes
// does the work. If that process dies or freezes, another process takes over (docs/decisions/0002).
//
// Code that takes session locks, or finds the sessions that hold these locks, belongs here.
// The work under the locks, and the names of the locks, are in engine/projection, engine/outbox,
// engine/chain and engine/snapshots. engine/pg/retry decides when to start interrupted work again.
//
// In reading order: again.go repeats work; hold.go runs work under a lock; holders.go finds the
// sessions that hold locks.
//
// The work uses the lock's connection. The work must use this connection at least every few
// seconds, and must never continue after the connection is lost.
package lock
