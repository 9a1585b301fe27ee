// Package jobs answers one question: which jobs follow from a reaction? A job is a row of River's
// queue: one command, timer or call.
//
// The stored form of jobs, and what all clients of River's queue have in common, belong in this
// package. engine/workflow/react adds jobs, and engine/workflow/work does them. In reading order:
// args.go has the stored forms, and the identity of a job; plan.go makes jobs of a reaction; find.go
// finds the jobs of an instance; client.go makes clients of River's queue.
//
// The table of package jobs is river_job, through River's client. Package jobs starts no goroutine.
// The identity of a job must never depend on anything but the workflow, the instance, the event and
// the number of the part: the ids of the events of the job are derived from it, so the log takes them
// once. The names of kinds and the JSON of args must never change, because stored jobs have them.
package jobs
