// Package eventlog answers one question: how do events get into the log and out of it? The type
// Store of the package joins the packages below engine/eventlog, and only these packages write the
// table events.
//
// The package has the methods of Store, one line each, for the rest of the service to call. The
// code of each method is in a package below engine/eventlog. No package of the log decides a
// command. No package of the log may ever change or delete an event.
//
// The packages below engine/eventlog, in the order of an append: engine/eventlog/write queues
// appends, engine/eventlog/encode turns appends into rows, engine/eventlog/delivery sends a batch
// until each of its appends has an answer, engine/eventlog/flight sends a batch once, and
// engine/eventlog/lock watches the append lock, which puts all flights in one order.
// engine/eventlog/load loads the streams on which commands are decided, engine/eventlog/read reads
// the log by position, engine/eventlog/idempotency reads the answers that are stored under
// idempotency keys, and engine/eventlog/confirm waits for a required standby. engine/eventlog/epoch
// notices a log that went back to an earlier state, engine/eventlog/notify wakes listeners,
// engine/eventlog/ready reports whether appends succeed, and engine/eventlog/fate reports what an
// error proves about a flight. engine/eventlog/logsql has SQL about the log that other packages put
// into their statements.
//
// store.go makes a Store from these packages; appending.go, reading.go and watching.go have the
// methods of Store.
//
// A Store is safe for concurrent use. Appends are sent only while Run runs. Watch, Follow,
// RunForgetting and the Listener of engine/eventlog/notify are optional. Positions rise in commit
// order, without gaps (docs/decisions/0001), so a reader of the tail can't miss an event that
// commits late.
//
// Example_tail in engine/test/eventlog reads the tail. The types of events and appends are in
// engine/event; engine/command appends, engine/projection reads the tail, and engine/schema creates
// the tables.
package eventlog
