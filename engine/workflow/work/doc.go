// Package work answers one question: how are the jobs of workflows done? Workers send commands,
// tell instances of outcomes, and call what is outside of the service.
//
// Code that executes a job, or decides whether it is attempted again, belongs in this package.
// engine/workflow/react adds the jobs, and engine/pg/lock has the lock of a process. In reading
// order: run.go runs the River client and the lock of the process; takeover.go takes over the jobs
// of dead processes, and makes jobs available that are due soon; doing.go lists the jobs that this
// process does, and finds those that it has lost; call.go executes calls; worker.go
// sends commands and tells instances; report.go logs failed attempts; metrics.go counts jobs.
//
// The tables of package work are those of River; it appends to the log through command handlers.
// Run starts goroutines, and several processes may have Workers on one database. A job may be done
// by two processes at the same time: therefore package work must never do anything for a job,
// except for a call, that is not an append under the job's identity. It must never tell an
// instance of a refusal if the log has events of the job.
package work
