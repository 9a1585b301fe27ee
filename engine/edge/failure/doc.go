// Package failure answers failed requests: with the problem for their error, the headers that
// belong to it, and a line in the log where an operator has to know.
//
// Writing such an answer belongs here. Choosing its status does not: engine/edge/problem does that,
// by a table to which a service adds rows. An answer must never contain the text of an error that
// is not in the table.
//
// In reading order: failure.go has Writer, and its Fail, which writes every such answer; routes.go
// answers requests that reach no operation.
//
// A Writer does not change, and may be used by many goroutines. The callers are engine/edge, which
// gives Fail to its other parts as a function, and engine/edge/observe, for panics.
package failure
