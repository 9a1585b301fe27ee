// Package failure answers one question: what does an error of the database prove? A flight may have
// committed although its answer was lost, and only some SQLSTATEs prove that it has not.
//
// The SQLSTATEs that the log tells apart belong here, in failure.go, its one file. Doing something
// about an error does not: engine/eventlog/delivery sends again, asks, or answers. Of says what became
// of a flight, and Unavailable marks the error of a read for its caller.
//
// It has no table and no goroutine. It must never call an outcome a rollback that may be none: what
// may have committed is Unknown. Facts about SQLSTATEs that do not concern appends are in engine/pg.
package failure
