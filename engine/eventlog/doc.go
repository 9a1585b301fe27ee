// Package eventlog answers one question: how do events get into the log and out of it? Its Store
// joins the packages below it, which alone write the table events.
//
// The methods of Store belong here, one line each, where the rest of the service calls them. Their
// code does not: it is in the packages below. A decision belongs in none of them, nor does anything
// that changes or deletes an event: the log must never do either.
//
// The packages, from the append down: engine/eventlog/write queues appends, engine/eventlog/encode
// makes rows of them, engine/eventlog/delivery sends a batch until each append has its answer,
// engine/eventlog/flight sends it once, and engine/eventlog/lock is about the lock that puts all
// flights in one order. engine/eventlog/load loads streams that decisions rest on,
// engine/eventlog/read reads the log by position, engine/eventlog/idempotency has the answers under
// keys, engine/eventlog/confirm waits for a required standby. engine/eventlog/epoch notices a log
// that went back, engine/eventlog/notify wakes listeners, engine/eventlog/ready says whether
// appends succeed, engine/eventlog/fate what an error proves. engine/eventlog/logsql has SQL about
// the log for statements of other packages.
//
// Here store.go joins them; appending.go, reading.go and watching.go list the methods of a Store.
//
// A Store may be used by many goroutines. Appends need a running Run; Watch, Follow, RunForgetting
// and the Listener of engine/eventlog/notify are optional. Positions rise in commit order without
// gaps (docs/decisions/0001), so reading the tail needs no special care.
//
// Example_tail in engine/test/eventlog reads the tail. The types are those of engine/event;
// engine/command appends, engine/projection reads the tail; engine/schema makes the tables.
package eventlog
