// Package epoch answers one question: does the log still contain the events that this process has
// read? A restore or a promotion can take the log back to an earlier state, in which some of these
// events are missing (docs/decisions/0018).
//
// The package remembers the epoch, which is the name of one history of the log. The package also
// remembers marks: events that must still be in the log. All SQL on the table log_epochs is in this
// package. A package that caches states calls OnLogChange to register a function that drops these
// states.
//
// In reading order: basis.go has the types Mark and Basis (an epoch and its marks); marks.go has
// the SQL that looks for marks in the log; history.go has the History, in which a process records
// its Basis; look.go compares a History with the log, and begins a new epoch if the log went back
// to an earlier state; watch.go repeats this comparison every two seconds.
//
// A History is safe for concurrent use. Each append also compares the History with the log. A
// process that appends nothing must run Watch to notice that the log went back. After the log went
// back, all data that was cached from the old log must be dropped. Before this is done, CheckHead
// must return an error.
//
// engine/eventlog/load checks a Basis in each read. engine/eventlog/flight sends a Basis with each
// batch, and the server compares the Basis with the log under the append lock. engine/schema
// creates the table log_epochs.
package epoch
