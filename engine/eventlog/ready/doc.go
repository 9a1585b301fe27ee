// Package ready answers one question: do appends succeed now, and if not, why?
//
// The package finds out why appends fail, for the readiness check and for operators. Possible
// causes are a lock that a session holds, a full queue of notifications, or the error of the last
// flight (transaction that appends). engine/eventlog/lock knows which locks appends need. ready.go
// runs the checks, and records the result of each flight; standstill.go remembers flights that
// waited too long for a lock.
//
// The package has no table and starts no goroutine; a value of the type Appends is safe for
// concurrent use. The package must never slow appends down: its checks take no lock and append no
// events.
//
// engine/eventlog/delivery reports the result of each flight to this package. The readiness check
// of a program (engine/process/api) calls Ready through engine/eventlog.
package ready
