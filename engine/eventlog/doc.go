// Package eventlog answers one question: how do events get into the log and out of it? The type
// Store of this package combines the packages below engine/eventlog. Only these packages write to
// the table events.
//
// The package has the methods of Store, which the rest of the service calls. Each method is one
// line, and calls a package below engine/eventlog, which has the code. None of these packages
// decides commands. None of these packages may ever change or delete an event.
//
// These packages do the steps of an append, in this order: engine/eventlog/write queues appends;
// engine/eventlog/encode turns appends into rows; engine/eventlog/delivery sends a batch of appends
// until each append has an answer; engine/eventlog/flight sends a batch once, in one transaction (a
// flight); and engine/eventlog/lock watches the append lock, which gives all flights one order.
// These packages read: engine/eventlog/load loads the streams on which commands are decided;
// engine/eventlog/read reads the log by position; engine/eventlog/idempotency reads the answers
// that are stored under idempotency keys; and engine/eventlog/confirm waits until a required
// (synchronous) standby has what was read. engine/eventlog/epoch notices when the log went back to
// an earlier state. engine/eventlog/notify tells listeners about new events, engine/eventlog/ready
// reports whether appends succeed, and engine/eventlog/fate reports what an error proves about a
// flight. engine/eventlog/logsql has parts of SQL about the log, which other packages put into
// their statements.
//
// store.go makes a Store from these packages; appending.go, reading.go and watching.go have the
// methods of Store.
//
// A Store is safe for concurrent use. Appends are sent only while Run runs. A process may also run
// Watch, Follow, RunForgetting and the Listener of engine/eventlog/notify. Positions rise in commit
// order, without gaps (docs/decisions/0001). Therefore a reader that reads the log by position
// can't miss an event that commits late.
//
// Example_tail in engine/test/eventlog reads the log by position. The types of events and appends
// are in engine/event; engine/command appends events, engine/projection reads the log by position,
// and engine/schema creates the tables.
package eventlog
