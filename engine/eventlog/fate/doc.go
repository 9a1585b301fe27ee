// Package fate answers one question: what does an error of the database prove about a flight? A
// flight may have committed although its answer was lost, and only some SQLSTATEs prove that the
// flight has not committed.
//
// The package draws the log's conclusions from an error, in fate.go, its one file: Of returns what
// an error proves about a flight, and Unavailable marks the error of a read for its caller. The
// package does not act on an error: engine/eventlog/delivery sends again, looks up, or answers.
//
// The package has no table and starts no goroutine. The package must never report a rollback that
// is not certain: a flight that may have committed is Unknown. The general meaning of SQLSTATEs is
// in engine/pg/failure.
package fate
