// Package instances answers one question: how are the instances of workflows stored? An instance
// is one run of a workflow. Its row has the state, the positions of its events, and the timers
// that are set.
//
// Statements on the table workflow_instances belong in this package, which has one file. The
// package engine/workflow/react decides how an event changes an instance.
//
// Package instances starts no goroutine. Save must run in the transaction that moves the
// checkpoint of the workflow, or that has locked it: this alone prevents two processes from
// writing a row at the same time. Package instances must never be used for anything that the log
// does not have, too: a row is a fold of events, except for the ids of the jobs of its timers.
package instances
