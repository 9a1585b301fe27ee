// Package react answers one question: how does a workflow follow the log? A Reactor folds new
// events into the states of instances, and adds the jobs of their reactions.
//
// Code that reads events for a workflow, or that decides how an event changes an instance, belongs
// in this package. In reading order: run.go takes the workflow's lock and repeats steps; step.go
// reacts to a batch of events in one transaction; refused.go parks instances whose data the database
// can't store; retry.go makes a parked instance react to the events that it has missed; repair.go
// adds deleted and cancelled jobs again; plan.go folds a batch; react.go reacts to one event, or
// parks the instance; refold.go computes a state again if it was stored in another shape; dryrun.go
// shows reactions without storing them; insert.go writes jobs and instances; planned.go collects
// what is to be written; decode.go decodes and correlates events; reactor.go has the fields of a
// Reactor, and metrics.go its metrics.
//
// Package react writes the tables workflow_instances, river_job and checkpoints, in one
// transaction. A session lock lets only one process at a time run a workflow. If a process has lost
// the lock without noticing, its next transaction fails, because another process has moved the
// checkpoint. engine/workflow/run calls Run. Package react must never append to the log, and must
// never skip an event of an instance. For a split event, package react must react either to all
// parts or to none.
package react
