// Package react answers one question: how does a workflow follow the log? A Reactor folds new events
// into the states of instances, and adds the jobs of their reactions.
//
// Code that reads events for a workflow, or that decides what becomes of an instance, belongs in this
// package. In reading order: run.go takes the workflow's lock and repeats steps; step.go reacts to a
// batch of events in one transaction; refused.go parks instances whose data can't be stored; retry.go
// has a parked instance react to what it has missed; repair.go adds jobs again that somebody has deleted;
// plan.go folds a batch; react.go reacts to one event, or parks the instance; refold.go computes states
// of another shape again; insert.go writes jobs and instances; planned.go collects what is to be
// written; decode.go decodes and correlates events; reactor.go has the fields of a Reactor, and
// metrics.go its metrics.
//
// Package react writes the tables workflow_instances, river_job and checkpoints, in one transaction. A
// session lock lets one process run a workflow at a time; if the lock is lost, the compare-and-set of
// the checkpoint rejects all processes but one. engine/workflow/run calls Run. Package react must never
// append to the log, must never skip an event of an instance, and must never react to a part of a
// split event only.
package react
