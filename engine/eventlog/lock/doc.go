// Package lock answers one question: what prevents appends from getting the append lock, and the
// other locks that appends need? All flights of all processes take the append lock, one after
// another (docs/decisions/0001).
//
// The package names the append lock, finds sessions that keep appends waiting, and ends the
// sessions that keep appends waiting for too long. The package does not take the lock: the function
// append_events of engine/schema takes it, within a flight. lock.go has the name of the lock;
// free.go ends a session that keeps the lock for too long; holders.go finds the transactions that
// hold, or wait for, locks that appends need; blockers.go finds the sessions for which the holder
// of the append lock waits.
//
// Watch runs during each flight; readiness calls the other functions. A Holders is safe for
// concurrent use. The package must never take a lock itself, and must never end a flight that waits
// for the disk or for a standby, because that flight has done its work.
//
// engine/eventlog/flight calls Watch, engine/eventlog/ready asks which sessions hold the locks, and
// engine/eventlog/fate recognizes by Statement that the server has ended a wait for the append
// lock.
package lock
