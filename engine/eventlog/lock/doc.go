// Package lock answers one question: which sessions prevent appends from getting the locks that
// they need? A flight is a transaction that appends events. Each flight of each process takes the
// append lock, so flights run one after another (docs/decisions/0001).
//
// The package finds sessions that make appends wait, and ends sessions that hold the append lock
// for too long. The package does not take the append lock; the database function append_events of
// engine/schema takes it. lock.go has the name of the lock; free.go ends a session that holds the
// append lock for too long; holders.go finds the transactions that hold, or wait for, locks that
// appends need; blockers.go finds the sessions that block the session with the append lock.
//
// Watch runs during each flight (transaction that appends); the readiness check calls the other
// functions. A value of the type Holders is safe for concurrent use. The package must never take a
// lock itself. The package must never end a flight that waits for the disk or for a standby: the
// COMMIT of such a flight has already begun.
//
// engine/eventlog/flight calls Watch. engine/eventlog/ready asks which sessions hold the locks.
// engine/eventlog/fate uses the constant Statement to recognize that the server has ended a wait
// for the append lock.
package lock
