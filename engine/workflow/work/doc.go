// Package work answers one question: how are the jobs of workflows done? Workers send commands,
// pass outcomes to instances, and execute calls to systems outside of the service.
//
// Code that executes a job, or decides whether the job is attempted again, belongs in this package.
// engine/workflow/react adds the jobs, and engine/pg/lock has the lock of a process. In reading
// order: run.go runs the River client and the lock of the process; takeover.go takes over the jobs
// of dead processes, and gives jobs that are due soon the state "available"; doing.go lists the jobs
// that this process does, and finds the jobs that the process has lost; worker.go sends commands,
// and passes outcomes to instances; call.go executes calls; schedule.go begins instances at the
// times of a schedule; report.go logs failed attempts; metrics.go counts jobs; span.go starts the
// spans of jobs.
//
// Package work uses the tables of River, and appends to the log through command handlers. Run
// starts goroutines, and several processes may have Workers on one database. Two processes may do
// the same job at the same time. Therefore each effect of a job, except for a call, must be an
// append under the job's identity, which succeeds only once. If the log has events of the job,
// package work must never report a refusal to the instance.
package work
