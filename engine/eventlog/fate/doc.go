// Package fate answers one question: what does an error of the database prove about a flight? A
// flight is one transaction that appends a batch. A flight may have committed although its answer
// was lost. Only some SQLSTATEs prove that the flight has not committed.
//
// The package has two functions, both in fate.go: Of returns what an error proves about a flight,
// and Unavailable marks the error of a read that may succeed later. The package does not react to
// errors: engine/eventlog/delivery does.
//
// The package has no table and starts no goroutine. The package must report a rollback only if the
// rollback is certain: if a flight may have committed, its fate is Unknown. The general meaning of
// SQLSTATEs is in engine/pg/failure.
package fate
