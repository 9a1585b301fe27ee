// Package respond answers failed requests. An answer has the problem details (RFC 9457) of the
// error, and the headers that the error needs. If an operator must know of the error, package
// respond also writes a log line.
//
// Package respond only writes the answer. engine/edge/problem finds the status code in a table of
// errors, to which a service adds rows. An answer must never contain the text of an error that is
// not in the table.
//
// In reading order: respond.go has Writer, whose method Fail writes the answers; routes.go answers
// requests for which no operation is called.
//
// A Writer never changes after its creation, and is safe for concurrent use. engine/edge passes the
// method Fail to its handlers, and engine/edge/observe calls Fail after a panic.
package respond
