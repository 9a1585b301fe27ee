// Package jobs answers one question: which jobs follow from a reaction? A job is a row of River's
// queue: one command, timer or call.
//
// Code for the stored form of jobs belongs in this package, and so does code that all clients of
// River's queue need. engine/workflow/react adds jobs, and engine/workflow/work does them. In
// reading order: args.go has the stored forms, and the identity of a job; plan.go makes the jobs of
// a reaction; find.go finds the jobs of an instance; schedule.go adds the jobs of a schedule;
// client.go makes clients of River's queue.
//
// Package jobs writes the table river_job through River's client, and starts no goroutine. The
// identity of a job must depend only on the workflow, the instance, the event and what the job
// does. Equal jobs of a reaction are numbered. The ids of the job's events are derived from the
// identity, and the log accepts each id only once. So the events of a job are recorded once, even
// if the job is done twice. The names that the methods Kind return, and the JSON of the job types,
// must never change, because stored jobs contain both.
package jobs
