// Package problem decides how an error of a request is answered. The answer is problem+json (RFC
// 9457) with a status, a code by which clients distinguish errors, and a sentence that explains the
// error.
//
// Package problem has the table of errors. Only this table and the function Classify choose the
// status code of an answer. A service adds the rows for its own errors in its internal/httpapi.
// engine/edge/problem/respond writes the answer.
//
// In reading order: problem.go has the errors of HTTP requests, such as wrong fields; table.go has
// the rows, and Classify, which finds the row of an error; unreachable.go recognizes timeouts, and
// errors of a database that can't be reached.
//
// Package problem has no state. Package problem must never show a client the text of an unknown
// error: the text is logged, and the client gets the status 500.
package problem
