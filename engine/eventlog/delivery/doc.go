// Package delivery answers one question: how does each append get into the log exactly once, and
// how does its caller get the right answer, even if the database connection fails? The package
// sends a batch of appends to the database, again and again, until each append of the batch has an
// answer. If an answer of the database was lost, the package looks for the events of the appends in
// the log.
//
// The package decides the outcome of each append, and answers the caller. A flight is one attempt
// to append a batch, in one transaction: its SQL is in engine/eventlog/flight. engine/eventlog/fate
// decides what a database error proves, and engine/eventlog/write chooses the appends of a batch.
//
// In reading order: deliver.go sends a batch as often as necessary, and divides it if necessary;
// flight.go sends a batch once, and passes the results on to other packages; outcome.go answers
// callers; recover.go looks in the log for appends that may have been committed, and answers their
// callers; pending.go has the stages of an append during its delivery; deliverer.go has the type
// Deliverer; metrics.go has the metrics, and span.go the spans of flights.
//
// A Deliverer starts no goroutine and is safe for concurrent use. A Deliverer may tell a caller
// that nothing was appended only if this is certain; otherwise the answer is
// event.ErrUnknownOutcome.
package delivery
