// Package epoch answers one question: is the log still the one that this process has read? A
// restore or a promotion can take the log back to before an event that a process has seen
// (docs/decisions/0018).
//
// A process rests on an epoch of the log, and on marks, which are events that must still be there:
// both belong here. So does SQL on log_epochs. States that are made of events do not: their owners
// drop them when OnLogChange tells them to.
//
// In reading order: basis.go has marks and what a process rests on, marks.go the SQL that looks for
// them, history.go what a process knows, look.go compares that with the log and begins an epoch if
// the log went back, watch.go does so again and again, or when it is asked to.
//
// A History may be used by many goroutines. Watch runs where a process must notice the change
// without an append. A History must never report that it knows the log before everything that was
// read from another log is forgotten.
//
// engine/eventlog/load reads on a Basis, and engine/eventlog/flight has the server compare it under
// the append lock; engine/schema has the table.
package epoch
