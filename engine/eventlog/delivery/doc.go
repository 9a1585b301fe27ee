// Package delivery answers one question: how does each append get into the log once, and its caller
// get the right answer, whatever happens to the connection? The package sends a batch until each
// append of the batch has an answer, and looks up in the log the appends whose answer was lost.
//
// The package decides the outcome of each append, and the line that answers the caller stands
// beside that decision. The SQL of a flight is in engine/eventlog/flight; engine/eventlog/fate
// knows what an error proves, and engine/eventlog/write chooses the appends of a batch.
//
// In reading order: deliver.go sends a batch again and again, whole or in halves; flight.go sends a
// batch once, and tells other packages what the flight has shown; outcome.go answers callers;
// recover.go looks up appends that may be in the log, and answers their callers. pending.go has the
// stages of an append during its delivery, deliverer.go has the Deliverer, and metrics.go has the
// metrics.
//
// A Deliverer starts no goroutine and is safe for concurrent use. A Deliverer must never tell a
// caller that nothing was appended unless that is certain; if it is not certain, the answer is
// event.ErrUnknownOutcome.
package delivery
