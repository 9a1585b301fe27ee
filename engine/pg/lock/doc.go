// Package lock runs work under a lock of a database session, so that one of several processes works
// and another process takes over if that process dies or freezes (docs/decisions/0002).
//
// The package takes locks and finds their holders. The work and the names of the locks are in
// engine/projection, engine/outbox, engine/chain and engine/snapshots. engine/pg/retry decides when
// interrupted work goes on.
//
// In reading order: again.go repeats work; hold.go runs work under a lock; holders.go finds holders.
//
// Work shares the lock's connection, must use it at least every few seconds, and must never go on
// after the connection is lost.
package lock
