// Package problem says how each error of a request is answered: problem+json (RFC 9457) with a
// status, a code that clients branch on, and a sentence.
//
// The table of errors belongs here: it and Classify are the only place that chooses status codes,
// and a service adds the rows of its own errors in its internal/httpapi. Writing the answer does
// not: engine/edge does that.
//
// In reading order: problem.go has the errors that HTTP itself leads to, such as fields that are
// wrong; table.go has the rows and Classify, which finds an error's row; unreachable.go tells
// errors that mean that the time was up or the database away.
//
// It has no state. It must never show the text of an error that it does not know: that goes to the
// log, and the client gets a 500.
package problem
