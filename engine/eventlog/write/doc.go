// Package write answers one question: how does an append get into the log once, and its caller the
// right answer, whatever happens to the connection? It queues appends, sends them in flights, and
// finds out what became of those whose answer was lost.
//
// What decides an append's outcome belongs here. SQL does not: engine/eventlog/flight has the
// statements. Nor does a decision: engine/command makes those.
//
// An append in reading order: append.go takes it in and waits for its outcome, pending.go says where
// it is meanwhile; committer.go collects what waits into a batch; send.go sends a batch until each
// append has an answer, flight.go once; outcome.go answers, recover.go does so where the connection
// broke. writer.go has what all of them use, metrics.go counts.
//
// Run must run, once. A Writer may be used by many goroutines. It sends the next flight when the last
// has landed, is in doubt or overdue; the lock orders those that are out together
// (docs/decisions/0001). It must never tell a caller that nothing was appended unless that is
// certain: event.ErrUnknownOutcome is for the rest.
//
// engine/command appends by way of engine/eventlog.
package write
