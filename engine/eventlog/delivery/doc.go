// Package delivery answers one question: how does each append get into the log once, and its caller
// the right answer, whatever happens to the connection? It sends a batch until each of its appends
// has an answer, and finds out what became of those whose answer was lost.
//
// Code that decides an append's outcome belongs here, and beside it the line that answers the
// caller. SQL does not: engine/eventlog/flight has the statements. engine/eventlog/fate knows what
// an error proves, and engine/eventlog/write which appends make a batch.
//
// In reading order: deliver.go sends a batch again and again, or in halves; flight.go sends it
// once, and passes on to other packages what the flight has shown; outcome.go answers; recover.go
// looks up appends that may be in the log, and answers those. pending.go has the stage of an append
// meanwhile, deliverer.go has what all of them use, metrics.go counts.
//
// A Deliverer has no goroutine, and several goroutines may deliver with it at a time. It must never
// tell a caller that nothing was appended unless that is certain: event.ErrUnknownOutcome is for
// the rest.
package delivery
