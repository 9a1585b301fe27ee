// Package epoch answers one question: is the log still the one that this process has read? A
// restore or a promotion can take the log back to a state without an event that a process has seen
// (docs/decisions/0018).
//
// The package knows the epoch of the log and the marks, which are events that must still be in the
// log. All SQL on the table log_epochs is in this package. The package has no states that are made
// from events: a package that has such states drops them in the function that it registers with
// OnLogChange.
//
// In reading order: basis.go has marks and the Basis; marks.go has the SQL that looks for marks;
// history.go has the History, which is what a process knows about the log; look.go compares a
// History with the log, and begins an epoch if the log went back to an earlier state; watch.go
// makes that comparison every two seconds, and on request.
//
// A History is safe for concurrent use. Watch must run in a process that has to notice the change
// without an append. A History must never report that it knows the log before everything that was
// read from another history of the log is dropped.
//
// engine/eventlog/load reads on a Basis, and engine/eventlog/flight sends a Basis to the server,
// which compares the Basis with the log under the append lock; engine/schema creates the table
// log_epochs.
package epoch
