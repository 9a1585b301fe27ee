// Package fate answers one question: what does an error of the database prove? A flight may have
// committed although its answer was lost, and only some SQLSTATEs prove that it has not.
//
// The log's conclusions from an error belong here, in fate.go, its one file. Acting on an error
// does not: engine/eventlog/delivery sends again, looks up, or answers. Of returns what an error
// proves about a flight, and Unavailable marks the error of a read for its caller.
//
// It has no table and no goroutine. It must never call an outcome a rollback that may be none: a
// flight that may have committed is Unknown. The general meaning of SQLSTATEs is in
// engine/pg/failure.
package fate
