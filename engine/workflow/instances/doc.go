// Package instances answers one question: how are the instances of workflows stored? An instance is
// one run of a workflow. The row of an instance has the instance's state, the positions of its
// events, and its timers.
//
// Statements on the table workflow_instances belong in this package, which has one file. The
// package engine/workflow/react decides how an event changes an instance.
//
// Package instances starts no goroutine. Save must run in a transaction that moves or locks the
// checkpoint of the workflow. Nothing else prevents two processes from writing a row at the same
// time. A row must never have data that can't be computed from the events in the log again. The
// only exceptions are the ids of the timers' jobs, and the cancellation of an instance by an
// operator.
package instances
