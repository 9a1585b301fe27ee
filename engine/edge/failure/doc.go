// Package failure answers failed requests: with the problem for the error, the headers that the
// error needs, and a line in the log if an operator must know of the error.
//
// Package failure writes the answer. engine/edge/problem chooses the status, by a table to which
// a service adds rows. An answer must never contain the text of an error that is not in the
// table.
//
// In reading order: failure.go has Writer, whose method Fail writes all these answers; routes.go
// answers requests that reach no operation.
//
// A Writer does not change and is safe for concurrent use. engine/edge passes Fail as a function
// to its other parts, and engine/edge/observe calls Fail for panics.
package failure
