// Package problem decides how each error of a request is answered: as problem+json (RFC 9457) with
// a status, a code that clients branch on, and a sentence.
//
// The table of errors belongs here: it and Classify are the only place that chooses status codes,
// and a service adds the rows of its own errors in its internal/httpapi. Writing the answer does
// not: engine/edge/failure does that.
//
// In reading order: problem.go has the errors that come from HTTP itself, such as wrong fields;
// table.go has the rows and Classify, which finds an error's row; unreachable.go recognizes errors
// which mean that the time was up or the database away.
//
// It has no state. It must never show the text of an unknown error: that text goes to the log, and
// the client gets a 500.
package problem
