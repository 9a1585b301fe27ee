// Package failure answers requests that have failed: by the problem that their error is, with the
// headers that go with it, and a line in the log where an operator has to know.
//
// Writing such an answer belongs here. Its status does not: engine/edge/problem picks it, by a table
// to which a service adds rows. The text of an error that nobody knows must never be in the answer.
//
// In reading order: failure.go has Writer, and its Fail, the one way in which the edge says no;
// routes.go says it of what does not come as far as an operation.
//
// A Writer does not change, and may be used by many goroutines. The callers are engine/edge, whose
// other parts are given Fail as a function, and engine/edge/observe, for panics.
package failure
